#include "terminal.h"

#include <doctest/doctest.h>

using namespace echolens::tools;

TEST_CASE("text from outside does not steer the terminal") {
  CHECK(Printable("scan 1.png") == "scan 1.png");
  CHECK(Printable("Brüste 乳房 😀") == "Brüste 乳房 😀");
  CHECK(Printable("\x1b[2J\r\n\t\x7F") == "?[2J????");
  CHECK(Printable("\xC2\x9B"
                  "2J") == "?2J");                    // CSI in one character
  CHECK(Printable("gnp.\u202Escan") == "gnp.?scan");  // right to left from here
  CHECK(Printable("\u2028\u2066\u200F") == "???");
  CHECK(Printable("a\xFF\x9Bz") == "a??z");
}

TEST_CASE("columns are counted in characters") {
  CHECK(Columns("Brüste") == 6);
  CHECK(PadRight("ü", 3) == "ü  ");
  CHECK(PadLeft("ü", 3) == "  ü");
  CHECK(PadLeft("long", 3) == "long");
  CHECK(PadRight("long", 3) == "long");
}

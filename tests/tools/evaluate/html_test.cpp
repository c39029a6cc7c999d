#include "evaluate/html.h"

#include <doctest/doctest.h>

using namespace echolens::evaluate;

TEST_CASE("markup in a text is text") {
  CHECK(Escaped("<b>\"x\" & y</b>") == "&lt;b&gt;&quot;x&quot; &amp; y&lt;/b&gt;");
  CHECK(Escaped("Brüste\n\xFF") == "Brüste??");
}

TEST_CASE("base64, the examples of RFC 4648") {
  const auto encoded = [](std::string_view text) {
    return Base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  CHECK(encoded("") == "");
  CHECK(encoded("f") == "Zg==");
  CHECK(encoded("fo") == "Zm8=");
  CHECK(encoded("foo") == "Zm9v");
  CHECK(encoded("foob") == "Zm9vYg==");
  CHECK(encoded("fooba") == "Zm9vYmE=");
  CHECK(encoded("foobar") == "Zm9vYmFy");
  CHECK(encoded("\xFB\xFF\xBF") == "+/+/");
}

TEST_CASE("a page allows its own style and pictures in it, and nothing else") {
  // printf 'p{}' | openssl dgst -sha256 -binary | base64
  const std::string page = Page("a & b", "p{}", "<p>x</p>\n");
  CHECK(page.find("content=\"default-src 'none'; img-src data:; style-src "
                  "'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='; base-uri 'none'; "
                  "form-action 'none'\"") != std::string::npos);
  CHECK(page.find("<title>a &amp; b</title>") != std::string::npos);
  CHECK(page.find("<style>p{}</style>") != std::string::npos);
  CHECK(page.find("<body>\n<p>x</p>\n</body>") != std::string::npos);
}

TEST_CASE("a table has heads at its top and at its left") {
  CHECK(Table("c", {{"a", "b"}, {"1", "2"}}) ==
        "<div class=\"wide\"><table>\n<caption>c</caption>\n"
        "<tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr>\n"
        "<tr><th scope=\"row\">1</th><td>2</td></tr>\n</table></div>\n");
}

// XNNPACK's C handles, owned from the call that makes them.
#pragma once

#include <xnnpack.h>

#include <memory>

namespace echolens {

struct DeleteSubgraph {
  void operator()(xnn_subgraph_t subgraph) const { xnn_delete_subgraph(subgraph); }
};
using SubgraphHandle = std::unique_ptr<xnn_subgraph, DeleteSubgraph>;

struct DeleteRuntime {
  void operator()(xnn_runtime_t runtime) const { xnn_delete_runtime(runtime); }
};
using RuntimeHandle = std::unique_ptr<xnn_runtime, DeleteRuntime>;

struct DeleteThreadPool {
  void operator()(pthreadpool_t pool) const { pthreadpool_destroy(pool); }
};
using ThreadPoolHandle = std::unique_ptr<pthreadpool, DeleteThreadPool>;

}  // namespace echolens

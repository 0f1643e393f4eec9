#include "scan.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::Result;

namespace {

/// What an object becomes.
struct Rewrite {
  bool changed = false;     ///< an indefinite length is here or inside
  std::size_t content = 0;  ///< octets of the new content
};

std::size_t new_size(const ScanNode& node, const Rewrite& rewrite) noexcept {
  return rewrite.changed ? header_size(node.tag, rewrite.content) + rewrite.content : node.end - node.start;
}

/// Children come after their parent in the list: from the back, every node's children are done before it is.
std::vector<Rewrite> plan(const std::vector<ScanNode>& nodes) {
  std::vector<Rewrite> rewrites(nodes.size());
  for (std::size_t i = nodes.size(); i-- > 0;) {
    auto& rewrite = rewrites[i];
    rewrite.changed = nodes[i].indefinite;
    for (std::size_t child = i + 1; child < nodes[i].next; child = nodes[child].next) {
      rewrite.changed = rewrite.changed || rewrites[child].changed;
      rewrite.content += new_size(nodes[child], rewrites[child]);
    }
  }
  return rewrites;
}

}  // namespace

Result<Bytes> to_definite_lengths(ByteView bytes, const ScanCaps& caps) {
  std::vector<ScanNode> nodes;
  CICADA_CHECK(scan(bytes, caps, &nodes));
  const auto rewrites = plan(nodes);
  Bytes definite;
  definite.reserve(bytes.size());
  for (std::size_t i = 0; i < nodes.size();) {
    if (rewrites[i].changed) {
      append_header(definite, nodes[i].tag, rewrites[i].content);
      ++i;
    } else {
      base::append(definite, bytes.subspan(nodes[i].start, nodes[i].end - nodes[i].start));
      i = nodes[i].next;
    }
  }
  return definite;
}

}  // namespace cicada::asn1

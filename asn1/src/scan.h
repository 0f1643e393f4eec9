// A first walk over an encoding: is it whole, how deep, how many parts? Before anything costly looks at it.
#pragma once

#include <cstdint>
#include <vector>

#include "cicada/asn1/tlv.h"

namespace cicada::asn1 {

struct ScanCaps {
  std::size_t size;      ///< octets
  std::size_t elements;  ///< data objects on all levels
};

/// What the walk saw.
struct Scan {
  std::size_t elements = 0;
  bool indefinite = false;  ///< somewhere a length is indefinite
  bool over_long = false;   ///< somewhere a length is not in its shortest form
};

/// One data object of the walk, in the order in which they begin.
struct ScanNode {
  Tag tag = 0;
  std::size_t start = 0;        ///< offset of the tag
  std::size_t header_size = 0;  ///< octets of tag and length
  std::size_t content_end = 0;  ///< offset behind the content, before an end-of-contents mark
  std::size_t end = 0;          ///< offset behind the object, mark included
  std::size_t next = 0;         ///< index of the first node that is not inside this one
  bool indefinite = false;
};

/// Walks over the one object that `bytes` is: every object lies inside its parent and fills it exactly; nothing is
/// behind the last. Constructed objects are entered, up to kMaxDepth deep. Indefinite lengths are allowed here.
/// Time is linear in the size. Fails with malformed or limit. `nodes`, when given, receives every object.
[[nodiscard]] base::Result<Scan> scan(base::ByteView bytes, const ScanCaps& caps,
                                      std::vector<ScanNode>* nodes = nullptr);

/// The same content with every indefinite length made definite. Objects without one inside stay as they stood, octet by
/// octet. `bytes` must be one whole object. Fails with malformed or limit.
[[nodiscard]] base::Result<base::Bytes> to_definite_lengths(base::ByteView bytes, const ScanCaps& caps);

}  // namespace cicada::asn1

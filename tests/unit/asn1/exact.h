// Input in a heap block of exactly its size, so that AddressSanitizer sees a read of one octet too many.
#pragma once

#include <memory>

#include "cicada/base/bytes.h"

namespace cicada::test {

class Exact {
 public:
  explicit Exact(base::ByteView octets) : octets_(new std::uint8_t[octets.size()]), size_(octets.size()) {
    std::ranges::copy(octets, octets_.get());
  }
  [[nodiscard]] base::ByteView view() const noexcept { return {octets_.get(), size_}; }

 private:
  std::unique_ptr<std::uint8_t[]> octets_;
  std::size_t size_;
};

}  // namespace cicada::test

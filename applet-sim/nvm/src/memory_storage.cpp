#include "cicada/applet_sim/nvm/storage.h"

namespace cicada::applet_sim::nvm {
namespace {

base::Result<void> check_size(std::size_t size) {
  if (size <= kMaxStorageSize) return {};
  return base::fail({.fault = base::Fault::limit, .what = "a card's memory cannot be that large", .at = size});
}

}  // namespace

base::Result<base::Bytes> MemoryStorage::read() {
  return *cell_;
}

base::Result<void> MemoryStorage::append(base::ByteView octets) {
  CICADA_CHECK(check_size(cell_->size() + octets.size()));
  base::append(*cell_, octets);
  return {};
}

base::Result<void> MemoryStorage::truncate(std::size_t size) {
  if (size < cell_->size()) cell_->resize(size);
  return {};
}

base::Result<void> MemoryStorage::replace(base::ByteView octets) {
  CICADA_CHECK(check_size(octets.size()));
  *cell_ = base::to_bytes(octets);
  return {};
}

}  // namespace cicada::applet_sim::nvm

// A memory whose power goes at a chosen octet of a chosen write, and what is persistent in it afterwards.
#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "cicada/applet_sim/applet/record.h"
#include "cicada/applet_sim/nvm/journal.h"

#include "harness.h"

namespace cutting {

namespace sim = cicada::applet_sim;
using cicada::base::Bytes;
using cicada::base::ByteView;
using cicada::base::fail;
using cicada::base::Fault;
using cicada::base::Result;
using cicada::base::to_bytes;

inline constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

/// When the power goes: during write number `write` (the first is 0), after `octets` of it; a replacement is there
/// whole or not at all.
struct Cut {
  std::size_t write = kNever;
  std::size_t octets = 0;
};

/// A memory whose power goes. Everything after the cut is lost.
class CuttingStorage final : public sim::nvm::Storage {
 public:
  struct Log {
    std::vector<std::size_t> sizes;  // of all writes so far
    bool dead = false;
  };
  CuttingStorage(sim::nvm::MemoryStorage::Cell cell, Cut cut, Log& log)
      : cell_(std::move(cell)), cut_(cut), log_(log) {}

  Result<Bytes> read() override { return *cell_; }
  Result<void> truncate(std::size_t size) override {
    if (log_.dead) return gone();
    cell_->resize(size);
    return {};
  }
  Result<void> append(ByteView octets) override {
    if (log_.dead) return gone();
    if (!begins(octets.size())) {
      cicada::base::append(*cell_, octets.first(std::min(cut_.octets, octets.size())));
      return gone();
    }
    cicada::base::append(*cell_, octets);
    return {};
  }
  Result<void> replace(ByteView octets) override {
    if (log_.dead) return gone();
    const bool whole = begins(octets.size());
    if (whole || cut_.octets >= octets.size()) *cell_ = to_bytes(octets);
    return whole ? Result<void>{} : gone();
  }

 private:
  static Result<void> gone() { return fail({.fault = Fault::io, .what = "the power is gone"}); }
  bool begins(std::size_t size) {
    log_.dead = log_.sizes.size() == cut_.write;
    log_.sizes.push_back(size);
    return !log_.dead;
  }
  sim::nvm::MemoryStorage::Cell cell_;
  Cut cut_;
  Log& log_;
};

/// All that is persistent.
inline sim::applet::CardState state_in(const Bytes& memory) {
  sim::applet::CardState state;
  const auto journal = sim::nvm::Journal::open(
      std::make_unique<sim::nvm::MemoryStorage>(std::make_shared<Bytes>(memory)), [&](ByteView record) -> Result<void> {
        CICADA_TRY(const auto changes, sim::applet::decode(record));
        for (const auto& change : changes) CICADA_CHECK(state.apply(change));
        return {};
      });
  CHECK_OK(journal);
  return state;
}

/// The same as one octet string.
[[nodiscard]] inline Bytes fingerprint(const Bytes& memory) {
  return sim::applet::encode_snapshot(state_in(memory));
}

}  // namespace cutting

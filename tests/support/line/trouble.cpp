#include "trouble.h"

#include <fmt/format.h>
#include <sys/mount.h>

#include <stdexcept>
#include <thread>
#include <utility>

#include "feeder_proxy.h"
#include "vault_proxy.h"

namespace cicada::test {

using base::fail;
using base::Fault;
using base::Result;
using host::transport::Transport;

namespace {

class LosingTransport final : public Transport {
 public:
  LosingTransport(Loss loss, std::uint64_t period, std::atomic<std::uint64_t>& losses)
      : loss_(loss), period_(period), losses_(losses) {}
  void insert(Transport& card) {
    card_ = &card;
    gone_ = false;
  }
  [[nodiscard]] bool reader_is_gone() const { return gone_ && loss_ == Loss::reader; }

  Result<base::Bytes> transceive(base::ByteView command) override {
    if (!gone_ && ++exchanges_ % period_ == 0) {
      ++losses_;
      gone_ = true;
      if (loss_ == Loss::answer) static_cast<void>(card_->transceive(command));
    }
    if (!gone_) return card_->transceive(command);
    if (loss_ == Loss::reader) return fail({.fault = Fault::transport, .what = "the reader is gone"});
    return fail({.fault = Fault::card_removed, .what = "the card left the field"});
  }

 private:
  Loss loss_;
  std::uint64_t period_;
  std::atomic<std::uint64_t>& losses_;
  Transport* card_ = nullptr;
  std::uint64_t exchanges_ = 0;
  bool gone_ = false;
};

class LosingFeeder final : public FeederProxy {
 public:
  LosingFeeder(host::line::Feeder& inner, Loss loss, std::uint64_t period, std::atomic<std::uint64_t>& losses)
      : FeederProxy(inner), transport_(loss, period, losses) {}

  Result<Transport*> next() override {
    return fresh([&] { return FeederProxy::next(); });
  }
  Result<Transport*> reset() override {
    return fresh([&] { return FeederProxy::reset(); });
  }

 private:
  template <typename Get>
  Result<Transport*> fresh(const Get& get) {
    if (transport_.reader_is_gone()) return fail({.fault = Fault::transport, .what = "the reader is gone"});
    auto card = get();
    if (!card || *card == nullptr) return card;
    transport_.insert(**card);
    return &transport_;
  }
  LosingTransport transport_;
};

class FailingVault final : public VaultProxy {
 public:
  FailingVault(host::vault::Vault& inner, std::uint64_t period, std::atomic<std::uint64_t>& failures)
      : VaultProxy(inner), period_(period), failures_(failures) {}

  Result<void> before(std::string_view /*call*/) override {
    if (++calls_ % period_ != 0) return {};
    ++failures_;
    return fail({.fault = Fault::transport, .what = "the token does not answer"});
  }

 private:
  std::uint64_t period_;
  std::atomic<std::uint64_t>& failures_;
  std::atomic<std::uint64_t> calls_ = 0;
};

/// Not gone: it takes its time.
class SlowVault final : public VaultProxy {
 public:
  SlowVault(host::vault::Vault& inner, std::chrono::milliseconds delay, std::atomic<std::uint64_t>& calls)
      : VaultProxy(inner), delay_(delay), calls_(calls) {}

  Result<void> before(std::string_view /*call*/) override {
    ++calls_;
    std::this_thread::sleep_for(delay_);
    return {};
  }

 private:
  std::chrono::milliseconds delay_;
  std::atomic<std::uint64_t>& calls_;
};

}  // namespace

std::unique_ptr<host::line::Feeder> losing(host::line::Feeder& inner, Loss loss, std::uint64_t period,
                                           std::atomic<std::uint64_t>& losses) {
  return std::make_unique<LosingFeeder>(inner, loss, period, losses);
}

std::unique_ptr<host::vault::Vault> failing(host::vault::Vault& inner, std::uint64_t period,
                                            std::atomic<std::uint64_t>& failures) {
  return std::make_unique<FailingVault>(inner, period, failures);
}

std::unique_ptr<host::vault::Vault> slow(host::vault::Vault& inner, std::chrono::milliseconds delay,
                                         std::atomic<std::uint64_t>& calls) {
  return std::make_unique<SlowVault>(inner, delay, calls);
}

SmallDisk::SmallDisk(std::filesystem::path folder, std::size_t octets) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
  mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, fmt::format("size={}", octets).c_str()) == 0;
}

SmallDisk::~SmallDisk() {
  if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::resize(std::size_t octets) const {
  if (::mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT, fmt::format("size={}", octets).c_str()) != 0) {
    throw std::runtime_error("the small disk does not grow");
  }
}

}  // namespace cicada::test

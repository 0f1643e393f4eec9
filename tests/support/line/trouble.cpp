#include "trouble.h"

#include <fmt/format.h>
#include <sys/mount.h>

#include <stdexcept>
#include <utility>

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

class LosingFeeder final : public host::line::Feeder {
 public:
  LosingFeeder(host::line::Feeder& inner, Loss loss, std::uint64_t period, std::atomic<std::uint64_t>& losses)
      : inner_(inner), transport_(loss, period, losses) {}

  Result<bool> occupied() override { return inner_.occupied(); }
  Result<Transport*> next() override {
    return fresh([&] { return inner_.next(); });
  }
  Result<Transport*> reset() override {
    return fresh([&] { return inner_.reset(); });
  }
  Result<void> put(host::line::Tray tray) override { return inner_.put(tray); }
  std::string name() const override { return inner_.name(); }

 private:
  template <typename Get>
  Result<Transport*> fresh(const Get& get) {
    if (transport_.reader_is_gone()) return fail({.fault = Fault::transport, .what = "the reader is gone"});
    auto card = get();
    if (!card || *card == nullptr) return card;
    transport_.insert(**card);
    return &transport_;
  }
  host::line::Feeder& inner_;
  LosingTransport transport_;
};

class FailingVault final : public host::vault::Vault {
 public:
  FailingVault(host::vault::Vault& inner, std::uint64_t period, std::atomic<std::uint64_t>& failures)
      : inner_(inner), period_(period), failures_(failures) {}

  Result<host::gp::StaticKeys> transport_keys(const host::gp::ChipSerial& serial) override {
    CICADA_CHECK(away());
    return inner_.transport_keys(serial);
  }
  Result<host::issuance::JobKey> job_key(std::string_view dossier, std::uint32_t version,
                                         const host::issuance::SealRun& run) override {
    CICADA_CHECK(away());
    return inner_.job_key(dossier, version, run);
  }
  Result<host::issuance::SealKey> seal_key(std::string_view dossier, std::uint32_t version) override {
    CICADA_CHECK(away());
    return inner_.seal_key(dossier, version);
  }
  Result<std::string> complete(host::issuance::CardJob& job, const host::perso::Profile& profile,
                               const host::perso::ChipKeys& keys, const host::vault::Grant& grant) override {
    CICADA_CHECK(away());
    return inner_.complete(job, profile, keys, grant);
  }

 private:
  Result<void> away() {
    if (++calls_ % period_ != 0) return {};
    ++failures_;
    return fail({.fault = Fault::transport, .what = "the token does not answer"});
  }
  host::vault::Vault& inner_;
  std::uint64_t period_;
  std::atomic<std::uint64_t>& failures_;
  std::atomic<std::uint64_t> calls_ = 0;
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

#include "conform_target.h"

#include "cicada/base/file.h"
#include "cicada/host/transport/pcsc.h"
#include "terminal.h"

namespace cicada::tools {

namespace kernel = applet_sim::kernel;
namespace nvm = applet_sim::nvm;
using base::Result;
using conformance::terminal::Target;

namespace {

class CardFileTarget final : public Target {
 public:
  [[nodiscard]] static Result<std::unique_ptr<CardFileTarget>> open(const std::filesystem::path& file,
                                                                    SystemWorld& world) {
    CICADA_TRY(auto octets, base::read_file(file, nvm::kMaxStorageSize));
    auto target = std::make_unique<CardFileTarget>(file.filename().string(), std::move(octets), world);
    CICADA_CHECK(target->restore());
    return target;
  }
  CardFileTarget(std::string name, base::Bytes octets, SystemWorld& world)
      : name_(std::move(name)), octets_(std::move(octets)), world_(world) {}

  host::transport::Transport& transport() override { return *card_; }
  Result<void> reset() override {
    card_->card().reset();
    return {};
  }
  [[nodiscard]] bool can_restore() const noexcept override { return true; }
  Result<void> restore() override {
    auto storage = std::make_unique<nvm::MemoryStorage>(std::make_shared<base::Bytes>(octets_));
    CICADA_TRY(auto card, kernel::Card::open(world_.world(), std::move(storage)));
    card_ = std::make_unique<SimulatedCard>(std::move(card));
    return {};
  }
  [[nodiscard]] std::string describe() const override { return "card file " + safe(name_); }

 private:
  std::string name_;
  base::Bytes octets_;
  SystemWorld& world_;
  std::unique_ptr<SimulatedCard> card_;
};

class ReaderTarget final : public Target {
 public:
  explicit ReaderTarget(std::unique_ptr<host::transport::PcscTransport> card) : card_(std::move(card)) {}

  host::transport::Transport& transport() override { return *card_; }
  Result<void> reset() override { return card_->reconnect(); }
  [[nodiscard]] bool can_restore() const noexcept override { return false; }
  Result<void> restore() override {
    return base::fail({.fault = base::Fault::unsupported, .what = "a card in a reader cannot be restored"});
  }
  [[nodiscard]] std::string describe() const override { return "reader " + safe(card_->reader()); }

 private:
  std::unique_ptr<host::transport::PcscTransport> card_;
};

}  // namespace

Result<std::unique_ptr<Target>> open_target(const CardOptions& options, SystemWorld& world) {
  if (options.reader.empty()) {
    CICADA_TRY(auto target, CardFileTarget::open(options.card, world));
    return target;
  }
  host::transport::PcscOptions pcsc;
  pcsc.wait_for_card = std::chrono::seconds{options.wait_seconds};
  CICADA_TRY(auto card, host::transport::PcscTransport::open(options.reader, pcsc));
  return std::make_unique<ReaderTarget>(std::move(card));
}

}  // namespace cicada::tools

// The reference card P18 with power, in this process, and the reader in front of it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/transport/loopback.h"
#include "reference_card.h"

namespace cicada::bench {

enum class Access : std::uint8_t { bac, pace };

/// Octets of one command and of its response, with the status word.
struct Exchange {
  std::size_t command = 0;
  std::size_t response = 0;
  bool secured = false;
};

class ReferenceReader {
 public:
  ReferenceReader(const tests::ReferenceCard& reference, Access access, std::uint32_t extended = 0)
      : reference_(reference),
        access_(access),
        extended_(extended),
        card_(applet_sim::kernel::Card::create_personalized(
                  {rng_, clock_}, std::make_unique<applet_sim::nvm::MemoryStorage>(),
                  (access == Access::pace ? reference.pace_content() : reference.content()).value())
                  .value()) {
    card_->power_on();
  }

  /// One whole read, as if the card had just come into the field. False when anything is missing.
  bool read() {
    exchanges_.clear();
    card_->reset();
    host::transport::LoopbackTransport wire{[this](base::ByteView command) {
      auto answer = card_->process(command);
      constexpr std::uint8_t kSecured = 0x0C;
      exchanges_.push_back({command.size(), answer.size(), (command[0] & kSecured) == kSecured});
      return answer;
    }};
    host::iso7816::Channel channel{wire};
    auto credentials = host::inspect::Credentials::from_mrz_information(reference_.mrz_information).value();
    if (access_ == Access::bac) credentials.only_bac();
    const host::inspect::InspectionOptions options{.credentials = std::move(credentials),
                                                   .extended_response = extended_};
    const auto result = host::inspect::inspect(channel, options, rng_, clock_);
    if (!result || result->access_protocol != (access_ == Access::pace ? "PACE" : "BAC")) return false;
    // EF.CardAccess was read, too.
    return result->files.size() == reference_.files.size() + (access_ == Access::pace ? 1 : 0);
  }

  /// Of the last read.
  [[nodiscard]] const std::vector<Exchange>& exchanges() const noexcept { return exchanges_; }

 private:
  const tests::ReferenceCard& reference_;
  Access access_;
  std::uint32_t extended_;
  base::SystemRng rng_;
  base::SystemClock clock_;
  std::unique_ptr<applet_sim::kernel::Card> card_;
  std::vector<Exchange> exchanges_;
};

/// Made once: its signer's key takes longer than a thousand reads.
inline const tests::ReferenceCard& reference(std::uint8_t pace_domain = tests::kPaceOnBrainpoolP256r1) {
  static const auto kBrainpool = tests::make_reference_card(tests::kPaceOnBrainpoolP256r1).value();
  static const auto kNist = tests::make_reference_card(tests::kPaceOnP256).value();
  return pace_domain == tests::kPaceOnP256 ? kNist : kBrainpool;
}

}  // namespace cicada::bench

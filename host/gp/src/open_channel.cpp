#include "cicada/host/gp/open_channel.h"

#include <utility>

namespace cicada::host::gp {

using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::uint8_t kS16 = 0x01;
constexpr std::uint8_t kPseudoRandom = 0x40;
/// What "i" of SCP02 must be but for the challenge (40) and R-MAC (20), which is not asked for.
constexpr std::uint8_t kScp02Options = 0x15;
constexpr std::uint8_t kScp02OptionBits = 0x1F;

}  // namespace

Result<void> follow(const Recognition& recognition, ChannelOptions& options) {
  if (recognition.protocols.empty()) return {};
  bool scp03 = false, scp02 = false, other_scp02 = false;
  for (const auto& [number, i] : recognition.protocols) {
    if (options.protocol && static_cast<std::uint8_t>(*options.protocol) != number) continue;
    if (number == static_cast<std::uint8_t>(Protocol::scp03)) {
      scp03 = true;
      if ((i & kS16) != 0) options.mode = Scp03Mode::s16;
    }
    if (number != static_cast<std::uint8_t>(Protocol::scp02)) continue;
    const bool spoken = (i & kScp02OptionBits) == kScp02Options;
    (spoken ? scp02 : other_scp02) = true;
    if (spoken && (i & kPseudoRandom) != 0) options.scp02_i = Scp02Option::i55;
  }
  if (other_scp02 && !scp02 && !scp03) {
    return fail({.fault = Fault::unsupported, .what = "the card's form of SCP02 is neither i = 15 nor i = 55"});
  }
  if (options.protocol && !scp02 && !scp03) {
    return fail({.fault = Fault::unsupported, .what = "the card does not speak the secure channel protocol asked for"});
  }
  if (other_scp02 && !scp02) options.protocol = Protocol::scp03;
  return {};
}

Result<std::unique_ptr<SecureChannel>> open_channel(iso7816::Channel& channel, const KeySource& keys, base::Rng& rng,
                                                    const ChannelOptions& options) {
  CICADA_TRY(const auto answer, initialize_update(channel, rng, options.key_version, options.mode));
  if (options.protocol && *options.protocol != answer.card.protocol) {
    return fail({.fault = Fault::unsupported,
                 .what = "the chip speaks another secure channel protocol than the one asked for",
                 .clause = "GP Card Specification §10.1",
                 .at = static_cast<std::uint8_t>(answer.card.protocol)});
  }
  if (answer.card.protocol == Protocol::scp02) {
    const Scp02Options scp02{.key_version = options.key_version,
                             .level = options.level.value_or(Scp02Options{}.level),
                             .option = options.scp02_i,
                             .aid = options.aid};
    CICADA_TRY(auto opened, Scp02::finish(channel, keys, answer, scp02));
    return std::make_unique<Scp02>(std::move(opened));
  }
  const Scp03Options scp03{.key_version = options.key_version,
                           .level = options.level.value_or(kSecurityLevel),
                           .mode = options.mode,
                           .implementation = options.scp03_i};
  CICADA_TRY(auto opened, Scp03::finish(channel, keys, answer, scp03));
  return std::make_unique<Scp03>(std::move(opened));
}

}  // namespace cicada::host::gp

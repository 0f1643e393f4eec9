#include "cicada/host/gp/scp03.h"

#include <utility>

#include "through.h"

namespace cicada::host::gp {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using iso7816::Channel;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;

namespace {

/// Bits of "i" (Amendment D §5.1, table 5-1).
constexpr std::uint8_t kWithRMac = 0x20;
constexpr std::uint8_t kWithREncryption = 0x40;

/// The mode is not read from "i": the challenge that came has one of two sizes, and the cryptograms are made from it.
Result<void> check_implementation(std::uint8_t implementation, const Scp03Options& options) {
  if (options.implementation && *options.implementation != implementation) {
    return fail({.fault = Fault::unsupported,
                 .what = "the chip's options of SCP03 are not those asked for (personalization: i = 70)",
                 .clause = "GP Amendment D §5.1",
                 .at = implementation});
  }
  const auto offers = [&](std::uint8_t bit) { return (implementation & bit) != 0; };
  if (((options.level & level::kRMac) != 0 && !offers(kWithRMac)) ||
      ((options.level & level::kREncryption) != 0 && !offers(kWithREncryption))) {
    return fail({.fault = Fault::unsupported,
                 .what = "the chip's options of SCP03 do not protect responses as this security level asks",
                 .clause = "GP Amendment D §5.1",
                 .at = implementation});
  }
  return {};
}

}  // namespace

Result<Scp03> Scp03::open(Channel& channel, const KeySource& keys, base::Rng& rng, std::uint8_t key_version) {
  return open(channel, keys, rng, Scp03Options{.key_version = key_version});
}

Result<Scp03> Scp03::open(Channel& channel, const KeySource& keys, base::Rng& rng, const Scp03Options& options) {
  CICADA_TRY(const auto answer, initialize_update(channel, rng, options.key_version, options.mode));
  return finish(channel, keys, answer, options);
}

Result<Scp03> Scp03::finish(Channel& channel, const KeySource& keys, const UpdateAnswer& answer,
                            const Scp03Options& options) {
  if (answer.card.protocol != Protocol::scp03) {
    return fail({.fault = Fault::unsupported,
                 .what = "the chip speaks another secure channel protocol than SCP03",
                 .clause = "GP Amendment D §7.1.1.6",
                 .at = static_cast<std::uint8_t>(answer.card.protocol)});
  }
  CICADA_CHECK(check_implementation(answer.card.implementation, options));
  CICADA_TRY(const auto static_keys, keys(answer.card.serial));
  CICADA_TRY(auto codec, Scp03Codec::create(static_keys, answer.host_challenge, answer.card_challenge, options.level));
  CICADA_CHECK(codec.check_card_cryptogram(answer.card_cryptogram));
  CICADA_CHECK(authenticate(channel, codec));
  return Scp03{channel, std::move(codec), answer.card};
}

Result<ResponseApdu> Scp03::transmit(const CommandApdu& command) {
  return through(*channel_, codec_, command);
}

Result<Bytes> Scp03::encrypt_key(ByteView key) const {
  const auto padded = whole_blocks(key, kAesBlock);
  return codec_.encrypt_sensitive(padded.expose());
}

Result<Bytes> Scp03::encrypt_data(ByteView data) const {
  return codec_.encrypt_sensitive(data);
}

}  // namespace cicada::host::gp

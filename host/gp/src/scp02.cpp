#include "cicada/host/gp/scp02.h"

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

Result<Scp02> Scp02::open(Channel& channel, const KeySource& keys, base::Rng& rng, const Scp02Options& options) {
  CICADA_TRY(const auto answer, initialize_update(channel, rng, options.key_version));
  return finish(channel, keys, answer, options);
}

Result<Scp02> Scp02::finish(Channel& channel, const KeySource& keys, const UpdateAnswer& answer,
                            const Scp02Options& options) {
  if (answer.card.protocol != Protocol::scp02) {
    return fail({.fault = Fault::unsupported,
                 .what = "the chip speaks another secure channel protocol than SCP02",
                 .clause = "GP Card Specification §E.5.1.6",
                 .at = static_cast<std::uint8_t>(answer.card.protocol)});
  }
  CICADA_TRY(const auto static_keys, keys(answer.card.serial));
  CICADA_TRY(auto codec, Scp02Codec::create(static_keys, answer, options.level));
  CICADA_CHECK(codec.check_card_cryptogram(answer.card_cryptogram));
  if (options.option == Scp02Option::i55 && !options.aid.empty()) {
    CICADA_CHECK(codec.check_card_challenge(options.aid, answer.card_challenge));
  }
  CICADA_CHECK(authenticate(channel, codec));
  return Scp02{channel, std::move(codec), answer.card};
}

Result<ResponseApdu> Scp02::transmit(const CommandApdu& command) {
  return through(*channel_, codec_, command);
}

Result<Bytes> Scp02::encrypt_key(ByteView key) const {
  const auto padded = whole_blocks(key, kDesBlock);
  return codec_.encrypt_sensitive(padded.expose());
}

Result<Bytes> Scp02::encrypt_data(ByteView data) const {
  return codec_.encrypt_sensitive(data);
}

}  // namespace cicada::host::gp

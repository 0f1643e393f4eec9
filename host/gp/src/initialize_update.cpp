#include "cicada/host/gp/initialize_update.h"

#include "channel_rules.h"
#include "cicada/base/cursor.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::host::gp {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::uint8_t kInsInitializeUpdate = 0x50;
constexpr std::size_t kProtocolAt = 11;
constexpr std::size_t kScp02Answer = 28;
constexpr std::size_t kScp02Challenge = 6;
constexpr std::size_t kScp02Cryptogram = 8;
constexpr std::size_t kScp03KeyPart = 13;  // key diversification data and key information
/// "i": the card challenge is pseudo-random, and the sequence counter it was made from is in the answer.
constexpr std::uint8_t kPseudoRandom = 0x10;

std::unexpected<base::Error> wrong_length(std::size_t size) {
  return fail({.fault = Fault::malformed,
               .what = "the answer to INITIALIZE UPDATE has a length that its protocol does not know",
               .clause = "GP Amendment D §7.1.1.6, Card Specification §E.5.1.6",
               .at = size});
}

Result<void> take_into(base::Cursor& cursor, base::MutableByteView out) {
  CICADA_TRY(const auto octets, cursor.take(out.size()));
  std::ranges::copy(octets, out.begin());
  return {};
}

Result<void> take_into(base::Cursor& cursor, std::size_t count, base::Bytes& out) {
  CICADA_TRY(const auto octets, cursor.take(count));
  out = base::to_bytes(octets);
  return {};
}

Result<void> parse_scp02(base::Cursor& cursor, UpdateAnswer& answer) {
  CICADA_CHECK(take_into(cursor, base::MutableByteView{answer.card.sequence_counter}.last(2)));
  CICADA_CHECK(take_into(cursor, kScp02Challenge, answer.card_challenge));
  return take_into(cursor, kScp02Cryptogram, answer.card_cryptogram);
}

Result<void> parse_scp03(base::Cursor& cursor, std::size_t size, UpdateAnswer& answer) {
  CICADA_TRY(answer.card.implementation, cursor.take_u8());
  const bool counted = (answer.card.implementation & kPseudoRandom) != 0;
  const auto counter = counted ? answer.card.sequence_counter.size() : 0;
  const auto mode = answer.host_challenge.size();
  if (size != kScp03KeyPart + 2 * mode + counter) return wrong_length(size);
  CICADA_CHECK(take_into(cursor, mode, answer.card_challenge));
  CICADA_CHECK(take_into(cursor, mode, answer.card_cryptogram));
  return take_into(cursor, base::MutableByteView{answer.card.sequence_counter}.first(counter));
}

}  // namespace

Result<UpdateAnswer> parse_update_answer(ByteView data, ByteView host_challenge) {
  if (data.size() <= kProtocolAt) return wrong_length(data.size());
  UpdateAnswer answer;
  answer.host_challenge = base::to_bytes(host_challenge);
  base::Cursor cursor{data};
  CICADA_CHECK(take_into(cursor, answer.card.serial));
  CICADA_TRY(answer.card.key_version, cursor.take_u8());
  CICADA_TRY(const auto protocol, cursor.take_u8());
  answer.card.protocol = static_cast<Protocol>(protocol);
  switch (answer.card.protocol) {
    case Protocol::scp02:
      if (data.size() != kScp02Answer) return wrong_length(data.size());
      CICADA_CHECK(parse_scp02(cursor, answer));
      return answer;
    case Protocol::scp03: CICADA_CHECK(parse_scp03(cursor, data.size(), answer)); return answer;
  }
  return fail({.fault = Fault::unsupported,
               .what = "the chip speaks another secure channel protocol than SCP02 and SCP03",
               .clause = "GP Amendment D §7.1.1.6",
               .at = protocol});
}

Result<UpdateAnswer> initialize_update(iso7816::Channel& channel, base::Rng& rng, std::uint8_t key_version,
                                       Scp03Mode mode) {
  base::Bytes host_challenge(static_cast<std::size_t>(mode));
  CICADA_CHECK(rng.fill(host_challenge));
  CICADA_TRY(const auto response, channel.transmit({.cla = kClaGp,
                                                    .ins = kInsInitializeUpdate,
                                                    .p1 = key_version,
                                                    .p2 = 0x00,
                                                    .data = host_challenge,
                                                    .ne = iso7816::kMaxShortNe}));
  if (!response.ok()) {
    return fail({.fault = Fault::card_status,
                 .what = "the chip refused INITIALIZE UPDATE",
                 .clause = "GP Amendment D §7.1.1",
                 .sw = response.sw});
  }
  return parse_update_answer(response.data, host_challenge);
}

}  // namespace cicada::host::gp

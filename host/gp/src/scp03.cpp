#include "cicada/host/gp/scp03.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cicada/base/cursor.h"
#include "cicada/host/iso7816/sw.h"

namespace cicada::host::gp {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using iso7816::Channel;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;
namespace sw = iso7816::sw;

namespace {

constexpr std::uint8_t kClaGp = 0x80;
constexpr std::uint8_t kInsInitializeUpdate = 0x50;
constexpr std::size_t kInitializeUpdateAnswer = 32;
constexpr std::uint8_t kScp03 = 0x03;
/// "i" (Amendment D §5.1): pseudo-random card challenge (so that a sequence counter is in the answer), R-MAC,
/// R-ENCRYPTION; the four low bits are RFU in S8 mode.
constexpr std::uint8_t kImplementation = 0x70;

struct UpdateAnswer {
  CardIdentity card;
  std::array<std::uint8_t, kChallengeSize> challenge{};
  Cryptogram cryptogram{};
};

template <std::size_t Size>
Result<void> take_into(base::Cursor& cursor, std::array<std::uint8_t, Size>& out) {
  CICADA_TRY(const auto octets, cursor.take(Size));
  std::ranges::copy(octets, out.begin());
  return {};
}

/// Amendment D §7.1.1.6: key diversification data (10), key information (3), card challenge (8), card cryptogram (8),
/// sequence counter (3).
Result<UpdateAnswer> parse_answer(ByteView data) {
  if (data.size() < kInitializeUpdateAnswer - 3 || data.size() > kInitializeUpdateAnswer) {
    return fail({.fault = Fault::malformed,
                 .what = "the answer to INITIALIZE UPDATE has a length that SCP03 does not know",
                 .clause = "GP Amendment D §7.1.1.6",
                 .at = data.size()});
  }
  UpdateAnswer answer;
  base::Cursor cursor{data};
  CICADA_CHECK(take_into(cursor, answer.card.serial));
  CICADA_TRY(answer.card.key_version, cursor.take_u8());
  CICADA_TRY(const auto protocol, cursor.take_u8());
  CICADA_TRY(answer.card.implementation, cursor.take_u8());
  if (protocol != kScp03) {
    return fail({.fault = Fault::unsupported,
                 .what = "the chip speaks another secure channel protocol than SCP03",
                 .clause = "GP Amendment D §7.1.1.6",
                 .at = protocol});
  }
  if (answer.card.implementation != kImplementation || data.size() != kInitializeUpdateAnswer) {
    return fail(
        {.fault = Fault::unsupported,
         .what = "the chip's options of SCP03 are not i = 70 (S8, pseudo-random challenge, R-MAC, R-ENCRYPTION)",
         .clause = "GP Amendment D §5.1",
         .at = answer.card.implementation});
  }
  CICADA_CHECK(take_into(cursor, answer.challenge));
  CICADA_CHECK(take_into(cursor, answer.cryptogram));
  CICADA_CHECK(take_into(cursor, answer.card.sequence_counter));
  return answer;
}

Result<UpdateAnswer> initialize_update(Channel& channel, std::uint8_t key_version, ByteView host_challenge) {
  const CommandApdu command{.cla = kClaGp,
                            .ins = kInsInitializeUpdate,
                            .p1 = key_version,
                            .p2 = 0x00,
                            .data = base::to_bytes(host_challenge),
                            .ne = iso7816::kMaxShortNe};
  CICADA_TRY(const auto response, channel.transmit(command));
  if (!response.ok()) {
    return fail({.fault = Fault::card_status,
                 .what = "the chip refused INITIALIZE UPDATE",
                 .clause = "GP Amendment D §7.1.1",
                 .sw = response.sw});
  }
  return parse_answer(response.data);
}

/// The card says in the clear that it has ended the channel.
bool channel_closed(std::uint16_t status) {
  return status == sw::k6982SecurityStatusNotSatisfied || status == sw::k6987SmObjectMissing ||
         status == sw::k6988SmObjectIncorrect;
}

}  // namespace

Result<Scp03> Scp03::open(Channel& channel, const KeySource& keys, base::Rng& rng, std::uint8_t key_version) {
  std::array<std::uint8_t, kChallengeSize> host_challenge{};
  CICADA_CHECK(rng.fill(host_challenge));
  CICADA_TRY(const auto answer, initialize_update(channel, key_version, host_challenge));
  CICADA_TRY(const auto static_keys, keys(answer.card.serial));
  CICADA_TRY(auto codec, Scp03Codec::create(static_keys, host_challenge, answer.challenge));
  CICADA_CHECK(codec.check_card_cryptogram(answer.cryptogram));
  CICADA_TRY(const auto command, codec.external_authenticate());
  CICADA_TRY(const auto response, channel.exchange(command));
  if (!response.ok() || !response.data.empty()) {
    return fail({.fault = Fault::card_status,
                 .what = "the chip refused EXTERNAL AUTHENTICATE",
                 .clause = "GP Amendment D §7.1.2",
                 .sw = response.sw});
  }
  return Scp03{channel, std::move(codec), answer.card};
}

Result<ResponseApdu> Scp03::transmit(const CommandApdu& command) {
  CICADA_TRY(const auto wrapped, codec_.wrap_command(command));
  const auto received = channel_->exchange(wrapped);
  if (!received) {
    codec_.end();  // whether the card saw the command is unknown: the counters may have parted
    return std::unexpected(received.error());
  }
  CICADA_TRY(auto response, codec_.unwrap_response(*received));
  if (channel_closed(response.sw)) {
    codec_.end();
    return fail({.fault = Fault::card_status,
                 .what = "the chip has ended the secure channel",
                 .clause = "GP Amendment D §6.2",
                 .sw = response.sw});
  }
  return response;
}

}  // namespace cicada::host::gp

#include "cicada/applet_sim/protocol/scp02/channel.h"

#include <algorithm>

#include "padding.h"

namespace cicada::applet_sim::protocol::scp02 {
namespace {

namespace sw = apdu::sw;
using base::Bytes;
using base::ByteView;

constexpr std::uint8_t kDecryption = 0x02;  // bit of the security level
constexpr Block kZero{};

std::unexpected<base::Error> refused(base::Literal what, apdu::StatusWord word) {
  return base::fail({.fault = base::Fault::security, .what = what, .clause = "GPC §E.4", .sw = word});
}

}  // namespace

base::Result<void> Channel::verify(const apdu::CommandView& command, ByteView data, ByteView mac) {
  // §E.4.4: over the command as it was before encryption, with the length that the MAC makes it have.
  Bytes covered = {command.cla, command.ins, command.p1, command.p2, static_cast<std::uint8_t>(data.size() + kBlock)};
  covered.reserve(covered.size() + data.size() + kBlock);
  const base::Wiper wiper{covered};
  base::append(covered, data);
  pad(covered);
  for (std::size_t i = 0; i < kBlock; ++i) covered[i] = static_cast<std::uint8_t>(covered[i] ^ icv_.at(i));
  CICADA_TRY(const auto right, s_mac_.compute({covered}));
  if (!base::constant_time_equal(right, mac)) return refused("wrong C-MAC", sw::k6988SmObjectIncorrect);
  return icv_cipher_.encrypt_block(right, icv_);
}

base::Result<Bytes> Channel::decrypt(ByteView body) const {
  if (body.size() % kBlock != 0) return refused("the data is not a number of blocks", sw::k6988SmObjectIncorrect);
  Bytes data(body.size());
  CICADA_CHECK(s_enc_.decrypt_cbc(kZero, body, data));
  auto size = data.size();
  while (size > 0 && data[size - 1] == 0) --size;
  if (size == 0 || data[size - 1] != 0x80 || data.size() - size >= kBlock) {
    base::wipe(data);
    return refused("wrong padding", sw::k6988SmObjectIncorrect);
  }
  data.resize(size - 1);
  return data;
}

base::Result<apdu::CommandApdu> Channel::unwrap_command(const apdu::CommandView& command) {
  if (command.extended) return refused("the channel has short lengths only", sw::k6700WrongLength);
  if (command.data.size() < kBlock) return refused("there is no C-MAC", sw::k6987SmObjectMissing);
  const auto body = command.data.first(command.data.size() - kBlock);
  auto data = base::to_bytes(body);
  if (!body.empty() && (level_ & kDecryption) != 0) {
    CICADA_TRY(data, decrypt(body));
  }
  auto header = command;
  header.data = {};
  apdu::CommandApdu plain{header, std::move(data)};
  CICADA_CHECK(verify(command, plain.view().data, command.data.last(kBlock)));
  return plain;
}

base::Result<base::SecretBytes> Channel::decrypt_secret(ByteView secret) const {
  if (secret.size() % kBlock != 0) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the secret is not a number of blocks"});
  }
  Bytes plain(secret.size());
  const base::MutableByteView out{plain};
  for (std::size_t at = 0; at < secret.size(); at += kBlock) {
    CICADA_CHECK(dek_.decrypt_cbc(kZero, secret.subspan(at, kBlock), out.subspan(at, kBlock)));
  }
  return base::SecretBytes{std::move(plain)};
}

}  // namespace cicada::applet_sim::protocol::scp02

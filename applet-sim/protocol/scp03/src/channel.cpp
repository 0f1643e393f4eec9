#include "cicada/applet_sim/protocol/scp03/channel.h"

#include <algorithm>
#include <limits>

#include "cicada/base/secret.h"

namespace cicada::applet_sim::protocol::scp03 {
namespace {

namespace sw = apdu::sw;

constexpr std::size_t kBlock = 16;
constexpr std::uint8_t kCommandIcv = 0x00;
constexpr std::uint8_t kResponseIcv = 0x80;
constexpr std::uint8_t kPad = 0x80;
// Bits of the security level.
constexpr std::uint8_t kDecryption = 0x02;
constexpr std::uint8_t kResponseMac = 0x10;
constexpr std::uint8_t kResponseEncryption = 0x20;

std::unexpected<base::Error> refused(base::Literal what, apdu::StatusWord word) {
  return base::fail({.fault = base::Fault::security, .what = what, .clause = "GPC Amendment D §6.2.6", .sw = word});
}

}  // namespace

base::Result<void> Channel::verify(const apdu::CommandView& command) {
  if (command.extended) return refused("the channel has short lengths only", sw::k6700WrongLength);
  if (command.data.size() < mac_size_) return refused("there is no C-MAC", sw::k6987SmObjectMissing);
  const std::array<std::uint8_t, 5> header = {command.cla, command.ins, command.p1, command.p2,
                                              static_cast<std::uint8_t>(command.data.size())};
  const auto body = command.data.first(command.data.size() - mac_size_);
  CICADA_TRY(const auto mac, s_mac_.compute({chaining_, header, body}));
  if (!base::constant_time_equal(base::ByteView{mac}.first(mac_size_), command.data.last(mac_size_))) {
    return refused("wrong C-MAC", sw::k6988SmObjectIncorrect);
  }
  chaining_ = mac;
  return {};
}

base::Result<Channel::Block> Channel::icv(std::uint8_t first_octet) const {
  Block block{};
  block[0] = first_octet;
  for (std::size_t i = 0; i < sizeof(counter_); ++i) {
    block[kBlock - 1 - i] = static_cast<std::uint8_t>(counter_ >> (8 * i));
  }
  Block vector{};
  CICADA_CHECK(s_enc_.encrypt_block(block, vector));
  return vector;
}

base::Result<apdu::CommandApdu> Channel::unwrap_command(const apdu::CommandView& command) {
  CICADA_CHECK(verify(command));
  if (counter_ == std::numeric_limits<std::uint32_t>::max()) {
    return base::fail({.fault = base::Fault::limit,
                       .what = "the channel has seen as many commands as it may",
                       .sw = sw::k6985ConditionsNotSatisfied});
  }
  // Amendment D §6.2.6: counted for every command, also for one without data.
  ++counter_;
  auto header = command;
  header.data = {};
  const auto body = command.data.first(command.data.size() - mac_size_);
  if (body.empty() || (level_ & kDecryption) == 0) return apdu::CommandApdu{header, base::to_bytes(body)};
  CICADA_TRY(auto data, decrypt(body));
  return apdu::CommandApdu{header, std::move(data)};
}

base::Result<base::Bytes> Channel::decrypt(base::ByteView body) const {
  if (body.size() % kBlock != 0) return refused("the data is not a number of blocks", sw::k6988SmObjectIncorrect);
  base::Bytes data(body.size());
  CICADA_TRY(const auto vector, icv(kCommandIcv));
  CICADA_CHECK(s_enc_.decrypt_cbc(vector, body, data));
  std::size_t size = data.size();
  while (size > 0 && data[size - 1] == 0) --size;
  if (size == 0 || data[size - 1] != kPad || data.size() - size >= kBlock) {
    base::wipe(data);
    return refused("wrong padding", sw::k6988SmObjectIncorrect);
  }
  data.resize(size - 1);
  return data;
}

base::Result<base::Bytes> Channel::wrap_response(apdu::ResponseApdu&& response) const {
  if (response.is_error()) return encode(apdu::ResponseApdu{response.sw});
  auto octets = std::move(response.data);
  if (!octets.empty() && (level_ & kResponseEncryption) != 0) {
    octets.push_back(kPad);
    octets.resize((octets.size() + kBlock - 1) / kBlock * kBlock);
    CICADA_TRY(const auto vector, icv(kResponseIcv));
    CICADA_CHECK(s_enc_.encrypt_cbc(vector, octets, octets));
  }
  const std::array<std::uint8_t, 2> status = {static_cast<std::uint8_t>(response.sw >> 8U),
                                              static_cast<std::uint8_t>(response.sw)};
  if ((level_ & kResponseMac) != 0) {
    CICADA_TRY(const auto mac, s_rmac_.compute({chaining_, octets, status}));
    base::append(octets, base::ByteView{mac}.first(mac_size_));
  }
  base::append(octets, status);
  return octets;
}

}  // namespace cicada::applet_sim::protocol::scp03

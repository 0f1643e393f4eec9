#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/base/cursor.h"
#include "commands.h"

namespace cicada::applet_sim::manager {
namespace {

namespace sw = apdu::sw;
using base::Bytes;
using base::ByteView;

// P1 P2 of GET DATA, and DGIs of STORE DATA.
constexpr std::uint16_t kIssuerNumber = 0x0042;
constexpr std::uint16_t kImageNumber = 0x0045;
constexpr std::uint16_t kRecognition = 0x0066;
constexpr std::uint16_t kCounter = 0x00C1;
constexpr std::uint16_t kKeyInformation = 0x00E0;
constexpr std::uint16_t kProduction = 0x9F7F;

constexpr tlv::Tag kOid = 0x06;
constexpr std::uint8_t kTdes = 0x80;
constexpr std::uint8_t kAes = 0x88;

/// 42 octets (CPLC). Invented but for the chip's number, which fills production date, serial number, batch and module
/// fabricator.
Bytes production(ByteView serial) {
  constexpr std::array<std::uint8_t, 10> kMaker = {0xC1, 0xCA, 0xDA, 0x01, 0xC1, 0xCA, 0x60, 0x01, 0x01, 0x00};
  constexpr std::array<std::uint8_t, 22> kRest = {0x60, 0x02, 0xC1, 0xCA, 0x60, 0x03, 0xC1, 0xCA, 0x60, 0x04, 0x00,
                                                  0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
  return base::concat({kMaker, serial, kRest});
}

/// An arc below GlobalPlatform's, in an application tag.
void append_arc(Bytes& to, tlv::Tag tag, ByteView arc) {
  constexpr std::array<std::uint8_t, 6> kGlobalPlatform = {0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B};
  Bytes oid;
  tlv::append(oid, kOid, base::concat({kGlobalPlatform, arc}));
  if (tag == kOid) {
    base::append(to, oid);
  } else {
    tlv::append(to, tag, oid);
  }
}

/// GPC §H.2: card recognition data with the version of the specification and the secure channel protocol.
Bytes recognition(const State& state) {
  constexpr tlv::Tag kTemplate = 0x73;
  Bytes inside;
  append_arc(inside, kOid, std::array<std::uint8_t, 1>{0x01});
  append_arc(inside, 0x60, std::array<std::uint8_t, 4>{0x02, 0x02, 0x03, 0x01});
  append_arc(inside, 0x63, std::array<std::uint8_t, 1>{0x03});
  append_arc(inside, 0x64, std::array<std::uint8_t, 3>{0x04, static_cast<std::uint8_t>(state.protocol), state.option});
  Bytes out;
  tlv::append(out, kTemplate, inside);
  return out;
}

/// GPC §11.3.3.1: number, version, type and length of every key.
Bytes key_information(const State& state) {
  constexpr tlv::Tag kKey = 0xC0;
  constexpr std::uint8_t kKeys = 3;
  Bytes out;
  for (const auto& set : state.keys) {
    for (std::uint8_t number = 1; number <= kKeys; ++number) {
      const std::uint8_t type = state.protocol == Protocol::scp02 ? kTdes : kAes;
      tlv::append(out, kKey, std::array{number, set.version, type, static_cast<std::uint8_t>(set.enc.size())});
    }
  }
  return out;
}

Bytes counter_octets(const State& state) {
  Bytes out;
  const auto* first = state.key_set(0);
  base::append_unsigned(out, first == nullptr ? 0 : first->counter, state.protocol == Protocol::scp02 ? 2 : 3);
  return out;
}

Reply object(tlv::Tag tag, ByteView value) {
  if (value.empty()) return sw::k6A88ReferencedDataNotFound;
  Bytes out;
  tlv::append(out, tag, value);
  return apdu::ResponseApdu{std::move(out), sw::k9000Ok};
}

Reply store(const Seen& seen, std::uint16_t tag, ByteView value) {
  if (tag != kIssuerNumber && tag != kImageNumber) return sw::k6A88ReferencedDataNotFound;
  if (value.empty() || value.size() > kMaxNumberSize) return sw::k6A80IncorrectData;
  Reply reply{sw::k9000Ok};
  reply.state = seen.state.clone();
  (tag == kIssuerNumber ? reply.state->issuer_number : reply.state->image_number) = base::to_bytes(value);
  return reply;
}

}  // namespace

Reply get_data(const Seen& seen, const apdu::CommandView& command) {
  switch (command.p1p2()) {
    case kIssuerNumber: return object(kIssuerNumber, seen.state.issuer_number);
    case kImageNumber: return object(kImageNumber, seen.state.image_number);
    case kRecognition: return object(kRecognition, recognition(seen.state));
    case kCounter: return object(kCounter, counter_octets(seen.state));
    case kKeyInformation: return object(kKeyInformation, key_information(seen.state));
    case kProduction: return object(kProduction, production(seen.serial));
    default: return sw::k6A88ReferencedDataNotFound;
  }
}

Reply store_data(const Seen& seen, const apdu::CommandView& command) {
  constexpr std::uint8_t kGroupings = 0x88;
  constexpr std::uint8_t kPlain = 0x80;
  constexpr std::uint8_t kObjects = 0x90;
  constexpr std::size_t kHead = 3;
  if (command.p2 != 0) return sw::k6A86IncorrectP1P2;
  if (command.p1 == kObjects) {
    tlv::Reader reader{command.data};
    const auto one = reader.next();
    if (!one || !reader.at_end()) return sw::k6A80IncorrectData;
    return store(seen, one->tag, one->value);
  }
  if (command.p1 != kGroupings && command.p1 != kPlain) return sw::k6A86IncorrectP1P2;
  if (command.data.size() < kHead || command.data[2] != command.data.size() - kHead) return sw::k6A80IncorrectData;
  return store(seen, static_cast<std::uint16_t>((command.data[0] << 8U) | command.data[1]),
               command.data.subspan(kHead));
}

}  // namespace cicada::applet_sim::manager

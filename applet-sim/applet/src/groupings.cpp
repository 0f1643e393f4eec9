#include "cicada/applet_sim/applet/groupings.h"

#include <algorithm>

#include "cicada/applet_sim/applet/lds1.h"
#include "cicada/applet_sim/manager/manager.h"
#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/base/cursor.h"
#include "fcp.h"
#include "personalization_commands.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
using base::Bytes;
using base::ByteView;
using base::SecretBytes;

// Bits of P1.
constexpr std::uint8_t kLast = 0x80;
constexpr std::uint8_t kEncrypted = 0x60;
constexpr std::uint8_t kFormat = 0x08;
constexpr std::uint8_t kAnswered = 0x01;
constexpr std::uint8_t kOthers = 0x16;

// Data grouping identifiers. Those of secrets have 80 in front.
constexpr std::uint16_t kFile = 0x0062;
constexpr std::uint16_t kFileOfMf = 0x0162;
constexpr std::uint16_t kContent = 0x00D6;
constexpr std::uint16_t kContentOfMf = 0x01D6;
constexpr std::uint16_t kPaceProtocol = 0x0064;
constexpr std::uint16_t kTerminalAuthentication = 0x0065;
constexpr std::uint16_t kCertificate = 0x7F21;
constexpr std::uint16_t kAccessKeys = 0x8062;
constexpr std::uint16_t kPassword = 0x8063;
constexpr std::uint16_t kKey = 0x8047;
constexpr std::uint16_t kGenerate = 0x0047;
constexpr std::uint16_t kPublicHalf = 0x0147;
constexpr std::uint16_t kNothing = 0x9F00;

constexpr std::size_t kMaxGrouping = 2048;
constexpr unsigned kBlocks = 256;

bool is_secret(std::uint16_t number) {
  return (number >> 8U) == 0x80;
}

/// One grouping at the front of octets that may end before it does.
struct Piece {
  std::uint16_t number = 0;
  std::size_t head = 0;  ///< octets before the value
  std::size_t size = 0;  ///< of the value
  bool whole = false;
};

Piece look(ByteView octets) {
  constexpr std::size_t kShortHead = 3;
  constexpr std::size_t kLongHead = 5;
  constexpr std::uint8_t kLong = 0xFF;
  if (octets.size() < kShortHead) return {};
  Piece piece{
      .number = static_cast<std::uint16_t>((octets[0] << 8U) | octets[1]), .head = kShortHead, .size = octets[2]};
  if (octets[2] == kLong) {
    if (octets.size() < kLongHead) return {};
    piece.head = kLongHead;
    piece.size = static_cast<std::size_t>((octets[3] << 8U) | octets[4]);
  }
  piece.whole = octets.size() - piece.head >= piece.size;
  return piece;
}

/// Without the DEK's encryption and its padding, 80 and zeros to whole blocks.
std::optional<SecretBytes> decrypted(const manager::SecureChannel& channel, ByteView value) {
  const auto block = channel.secret_block();
  if (value.empty() || value.size() % block != 0) return std::nullopt;
  const auto padded = channel.decrypt_secret(value);
  if (!padded) return std::nullopt;
  const auto plain = padded->expose();
  auto size = plain.size();
  while (size > 0 && plain[size - 1] == 0) --size;
  if (size == 0 || plain[size - 1] != 0x80 || plain.size() - size >= block) return std::nullopt;
  return SecretBytes::copy_of(plain.first(size - 1));
}

/// The same context, with the terminal standing in `df`.
Context standing_in(const Context& context, const Selection& place) {
  return {.card = context.card,
          .selection = place,
          .status = context.status,
          .challenge = context.challenge,
          .pace = context.pace,
          .chip_selection = context.chip_selection,
          .terminal = context.terminal,
          .binding = context.binding,
          .staged = context.staged,
          .secured = context.secured,
          .rng = context.rng};
}

Reply make_file(const Context& context, ByteView value, fs::DfId df) {
  auto spec = read_fcp(value, df);
  if (!spec || spec->is_df()) return sw::k6A80IncorrectData;
  const auto& files = context.card.files;
  const auto there = files.find_ef(df, spec->fid);
  const auto possible = there ? files.check_remake(*there, *spec) : files.check_create(*spec);
  if (!possible) return possible.error().sw;
  Reply reply{sw::k9000Ok};
  if (there) return std::move(reply).with(Change{RemakeFile{.file = *there, .spec = std::move(*spec)}});
  return std::move(reply).with(Change{CreateFile{std::move(*spec)}});
}

/// `FID(2) offset(2) data`
Reply write_file(const Context& context, ByteView value, fs::DfId df) {
  base::Cursor cursor{value};
  const auto fid = cursor.take_u16();
  const auto offset = cursor.take_u16();
  if (!fid || !offset || cursor.at_end()) return sw::k6A80IncorrectData;
  const auto file = context.card.files.find_ef(df, *fid);
  if (!file) return sw::k6A82FileNotFound;
  const auto data = cursor.rest();
  if (const auto possible = context.card.files.check_write(*file, *offset, data.size()); !possible) {
    return possible.error().sw;
  }
  return Reply{sw::k9000Ok}.with(Change{WriteBinary{.file = *file, .offset = *offset, .data = base::to_bytes(data)}});
}

/// PUT DATA of dialect cicada-1. What is there already is what was asked for.
Reply put(const Context& context, std::uint16_t number, ByteView value) {
  auto reply = put_data(context, {.p2 = static_cast<std::uint8_t>(number), .data = value});
  if (reply.response.sw == sw::k6A89FileExists) return sw::k9000Ok;
  return reply;
}

Reply take(const Context& context, std::uint16_t number, ByteView value) {
  const auto df = context.selection.df;
  switch (number) {
    case kFile: return make_file(context, value, df);
    case kFileOfMf: return make_file(context, value, {});
    case kContent: return write_file(context, value, df);
    case kContentOfMf: return write_file(context, value, {});
    case kPaceProtocol:
    case kTerminalAuthentication:
    case kAccessKeys:
    case kPassword: return put(context, number, value);
    case kCertificate: {
      Bytes object;
      tlv::append(object, kCertificate, value);
      return add_trust_point(context, object);
    }
    case kKey: return import_key(context, value);
    case kGenerate: return generate_key_pair(context, {.p1 = 0x80, .data = value});
    case kPublicHalf: return generate_key_pair(context, {.p1 = 0x81, .data = value});
    case kNothing: return value.empty() ? sw::k9000Ok : sw::k6A80IncorrectData;
    default: return sw::k6A80IncorrectData;
  }
}

}  // namespace

std::expected<Unpacked, apdu::StatusWord> unpack_groupings(const Staged& before, const apdu::CommandView& command,
                                                           const manager::SecureChannel& channel) {
  const auto encrypted = command.p1 & kEncrypted;
  if ((command.p1 & kFormat) == 0 || (command.p1 & kOthers) != 0 || (encrypted != 0 && encrypted != kEncrypted)) {
    return std::unexpected(sw::k6A86IncorrectP1P2);
  }
  if (command.p2 != before.blocks) return std::unexpected(sw::k6985ConditionsNotSatisfied);
  if (command.data.empty()) return std::unexpected(sw::k6700WrongLength);
  Unpacked unpacked{
      .whole = {},
      .rest = {.octets = base::concat({before.octets, command.data}), .blocks = (before.blocks + 1) % kBlocks},
      .last = (command.p1 & kLast) != 0,
      .answered = (command.p1 & kAnswered) != 0};
  auto& octets = unpacked.rest.octets;
  for (auto piece = look(octets); piece.head != 0; piece = look(octets)) {
    if (is_secret(piece.number) != (encrypted != 0)) return std::unexpected(sw::k6A80IncorrectData);
    if (piece.size > kMaxGrouping) return std::unexpected(sw::k6A84NotEnoughMemory);
    if (!piece.whole) break;
    const auto value = ByteView{octets}.subspan(piece.head, piece.size);
    auto plain = encrypted != 0 ? decrypted(channel, value) : SecretBytes::copy_of(value);
    if (!plain) return std::unexpected(sw::k6A80IncorrectData);
    unpacked.whole.push_back({.number = piece.number, .value = std::move(*plain)});
    octets.erase(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(piece.head + piece.size));
  }
  if (unpacked.last && !octets.empty()) return std::unexpected(sw::k6A80IncorrectData);
  return unpacked;
}

Reply take_grouping(const Context& context, const Grouping& grouping) {
  if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
  const Selection application{.df = context.card.files.find_df(lds1_aid())};
  return take(standing_in(context, application), grouping.number, grouping.value.expose());
}

Reply finish_groupings(const Context& context) {
  const auto& card = context.card;
  if (!is_blank(context) || !card.manager || !is_of_use(card)) return sw::k6985ConditionsNotSatisfied;
  return Reply{sw::k9000Ok}
      .with(Change{SetLifeCycle{LifeCycle::personalized}})
      .with(Change{SetManager{manager::with_passport_personalized(*card.manager)}});
}

}  // namespace cicada::applet_sim::applet

#include "cicada/applet_sim/applet/personalization.h"

#include <algorithm>

#include "cicada/applet_sim/tlv/tlv.h"
#include "fcp.h"
#include "personalization_commands.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
namespace scp03 = protocol::scp03;

constexpr std::uint8_t kCreateFile = 0xE0;
constexpr std::uint8_t kDeleteFile = 0xE4;
constexpr std::uint8_t kUpdateBinary = 0xD6;
constexpr std::uint8_t kUpdateBinaryOdd = 0xD7;
constexpr std::uint8_t kPutData = 0xDA;
constexpr std::uint8_t kSetStatus = 0xF0;
constexpr std::uint8_t kSelect = 0xA4;
constexpr std::uint8_t kGenerateKeyPair = 0x47;
constexpr std::uint8_t kStoreData = 0xE2;

constexpr std::array kInstructions = {kSelect,  kCreateFile, kDeleteFile,      kUpdateBinary, kUpdateBinaryOdd,
                                      kPutData, kStoreData,  kGenerateKeyPair, kSetStatus};

constexpr std::uint16_t kApplicationPersonalized = 0x400F;
constexpr std::uint16_t kCardLocked = 0x800F;
constexpr tlv::Tag kOffset = 0x54;
constexpr tlv::Tag kData = 0x53;
constexpr std::size_t kMaxOffsetSize = 4;

Reply select_file(const Context& context, const apdu::CommandView& command) {
  if (command.p2 != 0x0C) return sw::k6A86IncorrectP1P2;
  const auto& files = context.card.files;
  switch (command.p1) {
    case 0x00:
      if (!command.data.empty()) return sw::k6700WrongLength;
      return Reply{sw::k9000Ok}.with(Select{});
    case 0x04: {
      const auto df = files.find_df(command.data);
      if (!df) return sw::k6A82FileNotFound;
      return Reply{sw::k9000Ok}.with(Select{{.df = df}});
    }
    case 0x02: {
      if (command.data.size() != 2) return sw::k6700WrongLength;
      const auto fid = static_cast<fs::Fid>((command.data[0] << 8U) | command.data[1]);
      const auto ef = files.find_ef(context.selection.df, fid);
      if (!ef) return sw::k6A82FileNotFound;
      return Reply{sw::k9000Ok}.with(Select{{.df = context.selection.df, .ef = ef}});
    }
    default: return sw::k6A86IncorrectP1P2;
  }
}

Reply create_file(const Context& context, const apdu::CommandView& command) {
  if (command.p1p2() != 0) return sw::k6A86IncorrectP1P2;
  if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
  auto spec = read_fcp(command.data, context.selection.df);
  if (!spec) return sw::k6A80IncorrectData;
  if (base::equal(spec->aid, scp03::card_manager_aid())) return sw::k6A89FileExists;
  if (const auto possible = context.card.files.check_create(*spec); !possible) return possible.error().sw;
  const auto created = static_cast<fs::FileId>(context.card.files.count());  // files are numbered as they come
  const auto to = spec->is_df() ? Selection{.df = created} : Selection{.df = context.selection.df, .ef = created};
  return Reply{sw::k9000Ok}.with(Change{CreateFile{std::move(*spec)}}).with(Select{to});
}

/// Without a name: everything that was made so far, together. A card that a line gave up halfway begins anew.
Reply delete_files(const Context& context, const apdu::CommandView& command) {
  if (command.p1p2() != 0) return sw::k6A86IncorrectP1P2;
  if (!command.data.empty()) return sw::k6700WrongLength;
  if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
  return Reply{sw::k9000Ok}.with(Change{Erase{}}).with(Select{}).with(Stage{});
}

struct Piece {
  std::size_t offset = 0;
  base::ByteView data = {};
};

/// D7: `54 L offset 53 L data`
base::Result<Piece> read_piece(base::ByteView data) {
  tlv::Reader reader{data};
  CICADA_TRY(const auto offset, reader.next(kOffset));
  CICADA_TRY(const auto content, reader.next(kData));
  if (offset.value.empty() || offset.value.size() > kMaxOffsetSize || content.value.empty() || !reader.at_end()) {
    return base::fail({.fault = base::Fault::malformed, .what = "offset and data objects are malformed"});
  }
  Piece piece{.data = content.value};
  for (const auto octet : offset.value) piece.offset = (piece.offset << 8U) | octet;
  return piece;
}

Reply update_binary(const Context& context, const apdu::CommandView& command) {
  Piece piece{.offset = command.p1p2(), .data = command.data};
  if (command.odd() ? command.p1p2() != 0 : (command.p1 & 0x80U) != 0) return sw::k6A86IncorrectP1P2;
  if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
  if (command.data.empty()) return sw::k6700WrongLength;
  if (command.odd()) {
    const auto read = read_piece(command.data);
    if (!read) return sw::k6A80IncorrectData;
    piece = *read;
  }
  if (!context.selection.ef) return sw::k6986NoCurrentEf;
  const auto file = *context.selection.ef;
  if (const auto possible = context.card.files.check_write(file, piece.offset, piece.data.size()); !possible) {
    return possible.error().sw;
  }
  return Reply{sw::k9000Ok}.with(Change{WriteBinary{
      .file = file, .offset = static_cast<std::uint16_t>(piece.offset), .data = base::to_bytes(piece.data)}});
}

/// The chip authentication key that PACE with chip authentication mapping needs (9303-11 §4.4.3.3.3).
bool mapping_keys_exist(const CardState& card) {
  constexpr std::size_t kMapping = 8;
  constexpr std::uint8_t kCam = 6;
  return std::ranges::all_of(card.pace_protocols, [&](const PaceProtocol& protocol) {
    if (protocol.oid.at(kMapping) != kCam) return true;
    const auto* key = card.chip_key(protocol.parameter_id);
    return key != nullptr && std::holds_alternative<EcSecret>(key->secret);
  });
}

/// A file that wants access proved can be reached by someone.
bool can_be_read(const CardState& card) {
  if (card.has_access_control()) return true;
  for (std::size_t i = 0; i < card.files.count(); ++i) {
    const auto* ef = card.files.ef(static_cast<fs::FileId>(i));
    if (ef != nullptr && ef->read.needs_access()) return false;
  }
  return true;
}

}  // namespace

bool is_of_use(const CardState& card) {
  return can_be_read(card) && mapping_keys_exist(card);
}

namespace {

Reply set_status(const Context& context, const apdu::CommandView& command) {
  switch (command.p1p2()) {
    case kApplicationPersonalized:
      if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
      if (!context.card.files.find_df(command.data)) return sw::k6A82FileNotFound;
      if (!is_of_use(context.card)) return sw::k6985ConditionsNotSatisfied;
      return Reply{sw::k9000Ok}.with(Change{SetLifeCycle{LifeCycle::personalized}});
    case kCardLocked:
      if (!command.data.empty()) return sw::k6700WrongLength;
      if (is_blank(context)) return sw::k6985ConditionsNotSatisfied;
      return Reply{sw::k9000Ok}.with(Change{SetLifeCycle{LifeCycle::locked}}).with(CloseChannel{});
    default: return sw::k6A86IncorrectP1P2;
  }
}

}  // namespace

Reply initialize_update(const Context& context, const apdu::CommandView& command) {
  if (command.p2 != 0) return sw::k6A86IncorrectP1P2;
  if (command.data.size() != scp03::kChallengeSize) return sw::k6700WrongLength;
  if (command.p1 != 0 && command.p1 != scp03::kKeyVersion) return sw::k6A88ReferencedDataNotFound;
  const auto& card = context.card;
  if (!card.transport_keys || card.sequence_counter >= scp03::kMaxSequenceCounter) {
    return sw::k6985ConditionsNotSatisfied;
  }
  const auto counter = card.sequence_counter + 1;
  auto handshake = scp03::Handshake::begin(*card.transport_keys, counter, scp03::card_manager_aid(), command.data);
  if (!handshake) return sw::k6F00NoDiagnosis;
  return Reply{apdu::ResponseApdu{base::concat({card.serial, handshake->answer()}), sw::k9000Ok}}
      .with(Change{SetSequenceCounter{counter}})
      .with(BeginHandshake{std::move(*handshake)});
}

Reply external_authenticate(std::optional<scp03::Handshake> handshake, const apdu::CommandView& command) {
  if (command.p1 != scp03::kSecurityLevel || command.p2 != 0) return sw::k6A86IncorrectP1P2;
  if (command.data.size() != 2 * scp03::kChallengeSize) return sw::k6700WrongLength;
  if (!handshake) return sw::k6985ConditionsNotSatisfied;
  auto channel = std::move(*handshake).finish(command);
  if (!channel) return channel.error().sw != 0 ? channel.error().sw : sw::k6F00NoDiagnosis;
  return Reply{sw::k9000Ok}.with(OpenChannel{std::move(*channel)});
}

bool is_personalization(std::uint8_t instruction) noexcept {
  return std::ranges::find(kInstructions, instruction) != kInstructions.end();
}

Reply personalize(const Context& context, const apdu::CommandView& command) {
  switch (command.ins) {
    case kSelect: return select_file(context, command);
    case kCreateFile: return create_file(context, command);
    case kDeleteFile: return delete_files(context, command);
    case kUpdateBinary:
    case kUpdateBinaryOdd: return update_binary(context, command);
    case kPutData: return put_data(context, command);
    case kStoreData: return store_data(context, command);
    case kGenerateKeyPair: return generate_key_pair(context, command);
    case kSetStatus: return set_status(context, command);
    default: return sw::k6D00InsNotSupported;
  }
}

}  // namespace cicada::applet_sim::applet

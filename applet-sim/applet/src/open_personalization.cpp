#include "cicada/applet_sim/applet/open_personalization.h"

#include <algorithm>

#include "cicada/applet_sim/applet/file_service.h"
#include "cicada/applet_sim/tlv/tlv.h"
#include "open_keys.h"
#include "personalization_commands.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
using base::Bytes;
using base::ByteView;

constexpr std::uint8_t kCreateFile = 0xE0;
constexpr std::uint8_t kUpdateBinary = 0xD6;
constexpr std::uint8_t kPutData = 0xDA;

// P1 P2 of PUT DATA.
constexpr std::uint16_t kRsaModulus = 0x0060;
constexpr std::uint16_t kRsaExponent = 0x0061;
constexpr std::uint16_t kMrz = 0x0062;
constexpr std::uint16_t kChipKey = 0x0063;
constexpr std::uint8_t kRoot = 0x64;  // with any P1
constexpr std::uint16_t kPaceSecrets = 0x0065;
constexpr std::uint16_t kCurrentDate = 0x0067;
constexpr std::uint16_t kLock = 0xDEAD;

constexpr fs::Fid kCvca = 0x011C;  // in the application; in the MF it is EF.CardAccess

std::optional<Changes> value_of(base::Result<Changes>&& made) {
  return made ? std::optional{std::move(*made)} : std::nullopt;
}

Reply all(std::optional<Changes> changes) {
  if (!changes) return sw::k6A80IncorrectData;
  Reply reply{sw::k9000Ok};
  for (auto& change : *changes) reply.effects.emplace_back(std::move(change));
  return reply;
}

/// Who may read a file, by its identifier; nothing: the applet has no such file.
std::optional<std::uint8_t> condition_of(fs::Fid fid, bool in_mf) {
  constexpr std::uint8_t kEverybody = 0x00;
  constexpr std::uint8_t kSession = 0x40;
  if (in_mf) {
    if (fid == 0x011D) return kSession;
    return fid == 0x011C || fid == 0x2F00 || fid == 0x2F01 ? std::optional{kEverybody} : std::nullopt;
  }
  if (fid == 0x0103) return 0xE3;
  if (fid == 0x0104) return 0xE4;
  const bool group = fid >= 0x0101 && fid <= 0x0110;
  return group || (fid >= kCvca && fid <= 0x011E) ? std::optional{kSession} : std::nullopt;
}

std::uint8_t short_identifier(fs::Fid fid) {
  constexpr fs::Fid kDir = 0x2F00;
  constexpr std::uint8_t kDirShort = 0x1E;
  return fid == kDir ? kDirShort : static_cast<std::uint8_t>(fid & 0x1FU);
}

/// `63 04 size(2) FID(2)`
Reply create_file(const Context& context, const apdu::CommandView& command) {
  constexpr std::size_t kSize = 6;
  if (command.p1p2() != 0) return sw::k6A86IncorrectP1P2;
  if (command.data.size() != kSize) return sw::k6700WrongLength;
  if (command.data[0] != 0x63 || command.data[1] != 0x04) return sw::k6A80IncorrectData;
  const auto& df = context.selection.df;
  fs::FileSpec spec{.parent = df};
  spec.size = static_cast<std::uint16_t>((command.data[2] << 8U) | command.data[3]);
  spec.fid = static_cast<fs::Fid>((command.data[4] << 8U) | command.data[5]);
  const auto condition = condition_of(spec.fid, !df);
  if (!condition) return sw::k6A80IncorrectData;
  spec.security_condition = *condition;
  spec.sfi = short_identifier(spec.fid);

  const auto& files = context.card.files;
  const auto there = files.find_ef(df, spec.fid);
  const auto possible = there ? files.check_remake(*there, spec) : files.check_create(spec);
  if (!possible) return possible.error().sw;
  const auto file = there.value_or(static_cast<fs::FileId>(files.count()));  // files are numbered as they come
  const bool cvca = df && spec.fid == kCvca;
  if (cvca && spec.size != kCvcaFileSize) return sw::k6A80IncorrectData;
  Reply reply{sw::k9000Ok};
  reply.effects.emplace_back(there ? Change{RemakeFile{.file = *there, .spec = std::move(spec)}}
                                   : Change{CreateFile{std::move(spec)}});
  if (cvca) {
    reply.effects.emplace_back(Change{SetCvcaFile{file}});
    const auto& points = context.card.trust_points;
    if (!points.empty()) {
      reply.effects.emplace_back(Change{WriteBinary{.file = file, .offset = 0, .data = cvca_content(points)}});
    }
  }
  return std::move(reply).with(Select{{.df = df, .ef = file}});
}

Reply update_binary(const Context& context, const apdu::CommandView& command) {
  if ((command.p1 & 0x80U) != 0) return sw::k6A86IncorrectP1P2;
  if (command.data.empty()) return sw::k6700WrongLength;
  if (!context.selection.ef) return sw::k6985ConditionsNotSatisfied;
  const auto file = *context.selection.ef;
  const auto possible = context.card.files.check_write(file, command.p1p2(), command.data.size());
  if (!possible) return possible.error().sw;
  return Reply{sw::k9000Ok}.with(
      Change{WriteBinary{.file = file, .offset = command.p1p2(), .data = base::to_bytes(command.data)}});
}

/// `66 L { reference(1) K }` as PUT DATA 63 of dialect cicada-1 has it.
base::Result<Bytes> password_of(ByteView entry) {
  constexpr std::array<std::uint8_t, 5> kTries = {0, 0, 0, 3, 10};
  if (entry.size() < 2 || entry[0] == 0 || entry[0] >= kTries.size()) {
    return base::fail({.fault = base::Fault::malformed, .what = "not a PACE password"});
  }
  Bytes data;
  tlv::append(data, 0x83, entry.first(1));
  tlv::append(data, 0x80, entry.subspan(1));
  if (const auto tries = kTries.at(entry[0]); tries != 0) tlv::append(data, 0x81, std::array{tries});
  return data;
}

/// What the card offers with its passwords: ECDH, generic mapping, AES-128.
void offer_pace(const CardState& card, Reply& reply) {
  for (const std::uint8_t parameter : std::array<std::uint8_t, 2>{12, 13}) {
    PaceProtocol protocol{.oid = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, 0x02},
                          .parameter_id = parameter};
    if (std::ranges::find(card.pace_protocols, protocol) != card.pace_protocols.end()) continue;
    reply.effects.emplace_back(Change{AddPaceProtocol{std::move(protocol)}});
  }
}

Reply put_pace_secrets(const Context& context, ByteView data) {
  constexpr tlv::Tag kContainer = 0x65;
  constexpr tlv::Tag kEntry = 0x66;
  const auto inside = tlv::only(data, kContainer);
  tlv::Reader reader{inside ? *inside : data};
  if (reader.at_end()) return sw::k6A80IncorrectData;
  Reply reply{sw::k9000Ok};
  while (!reader.at_end()) {
    const auto entry = reader.next(kEntry);
    if (!entry) return sw::k6A80IncorrectData;
    auto password = password_of(entry->value);
    if (!password) return sw::k6A80IncorrectData;
    const base::Wiper wiper{*password};
    auto put = put_data(context, {.p2 = 0x63, .data = *password});
    if (put.response.is_error()) return put;
    for (auto& effect : put.effects) reply.effects.emplace_back(std::move(effect));
  }
  offer_pace(context.card, reply);
  return reply;
}

Reply put_date(const Context& context, ByteView data) {
  protocol::ta::Date date{};
  const bool digits = std::ranges::all_of(data, [](std::uint8_t digit) { return digit <= 9; });
  if (data.size() != date.size() || !digits) return sw::k6A80IncorrectData;
  std::ranges::copy(data, date.begin());
  if (date < context.card.current_date) return sw::k6985ConditionsNotSatisfied;
  return Reply{sw::k9000Ok}.with(Change{SetCurrentDate{date}});
}

Reply put(const Context& context, const apdu::CommandView& command) {
  const auto& card = context.card;
  if (command.p2 == kRoot) {
    if (!card.trust_points.empty()) return sw::k6985ConditionsNotSatisfied;
    return all(value_of(take_root(card, command.data)));
  }
  switch (command.p1p2()) {
    case kRsaModulus: return all(value_of(take_rsa_half(card, command.data, false)));
    case kRsaExponent: return all(value_of(take_rsa_half(card, command.data, true)));
    case kMrz: return all(value_of(take_mrz(command.data)));
    case kChipKey: return all(value_of(take_chip_key(command.data)));
    case kPaceSecrets: return put_pace_secrets(context, command.data);
    case kCurrentDate: return put_date(context, command.data);
    case kLock:
      if (!command.data.empty()) return sw::k6700WrongLength;
      return Reply{sw::k9000Ok}.with(Change{SetLifeCycle{LifeCycle::locked}});
    default: return sw::k6A86IncorrectP1P2;
  }
}

}  // namespace

Change make_passport() {
  return CreateFile{.spec = {.fid = kPassportFid, .aid = base::to_bytes(manager::passport_aid())}};
}

bool is_open_personalization(std::uint8_t instruction) noexcept {
  return instruction == kCreateFile || instruction == kUpdateBinary || instruction == kPutData;
}

Reply personalize_openly(const Context& context, const apdu::CommandView& command) {
  if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
  switch (command.ins) {
    case kCreateFile: return create_file(context, command);
    case kUpdateBinary: return update_binary(context, command);
    default: return put(context, command);
  }
}

}  // namespace cicada::applet_sim::applet

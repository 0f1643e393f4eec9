#include "cicada/applet_sim/applet/file_service.h"

#include <algorithm>

#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/base/cursor.h"
#include "pace_service.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
using fs::FileId;
using security::Lapse;

constexpr tlv::Tag kOffset = 0x54;
constexpr tlv::Tag kDiscretionary = 0x53;
constexpr tlv::Tag kFci = 0x6F;
constexpr tlv::Tag kDfName = 0x84;
constexpr std::uint8_t kNoData = 0x0C;
constexpr std::uint8_t kReturnFci = 0x00;
constexpr std::size_t kMaxOffsetSize = 4;

/// Which file, and from where.
struct Target {
  FileId file{};
  std::size_t offset = 0;
};
using Found = std::expected<Target, apdu::StatusWord>;
using FoundFile = std::expected<FileId, apdu::StatusWord>;

Found at(const FoundFile& file, std::size_t offset) {
  if (!file) return std::unexpected(file.error());
  return Target{.file = *file, .offset = offset};
}

FoundFile by_sfi(const Context& context, std::uint8_t sfi) {
  const auto found = context.card.files.find_ef_by_sfi(context.selection.df, sfi);
  if (!found || context.card.lapses.has(Lapse::short_identifiers)) return std::unexpected(sw::k6A82FileNotFound);
  return *found;
}

FoundFile current(const Context& context) {
  if (!context.selection.ef) return std::unexpected(sw::k6986NoCurrentEf);
  return *context.selection.ef;
}

/// B0: bit 8 of P1 says whether P1 holds a short identifier or the offset's upper half.
Found target_even(const Context& context, const apdu::CommandView& command) {
  if (!command.data.empty()) return std::unexpected(sw::k6700WrongLength);
  if ((command.p1 & 0x80U) == 0) {
    return at(current(context), command.p1p2());
  }
  const auto sfi = static_cast<std::uint8_t>(command.p1 & 0x1FU);
  if ((command.p1 & 0x60U) != 0 || sfi == 0) return std::unexpected(sw::k6A86IncorrectP1P2);
  return at(by_sfi(context, sfi), command.p2);
}

FoundFile file_odd(const Context& context, std::uint16_t p1p2) {
  if (p1p2 == 0) return current(context);
  if (context.card.lapses.has(Lapse::odd_identifiers)) return std::unexpected(sw::k6A86IncorrectP1P2);
  if (p1p2 <= fs::kMaxSfi) return by_sfi(context, static_cast<std::uint8_t>(p1p2));
  const auto found = context.card.files.find_ef(context.selection.df, p1p2);
  if (!found) return std::unexpected(sw::k6A82FileNotFound);
  return *found;
}

/// B1: the offset comes in DO'54'.
Found target_odd(const Context& context, const apdu::CommandView& command) {
  if (command.data.empty()) return std::unexpected(sw::k6700WrongLength);
  const auto value = tlv::only(command.data, kOffset);
  if (!value || value->empty() || value->size() > kMaxOffsetSize) return std::unexpected(sw::k6A80IncorrectData);
  std::size_t offset = 0;
  for (const auto octet : *value) offset = (offset << 8U) | octet;
  return at(file_odd(context, command.p1p2()), offset);
}

/// Octets of data that fit into `limit` octets together with the tag and length of DO'53'.
std::size_t fits_in_object(std::size_t limit) {
  auto count = limit < 2 ? 0 : limit - 2;
  while (count > 0 && tlv::header_size(kDiscretionary, count) + count > limit) --count;  // at most two rounds
  return count;
}

/// How many octets the answer has, or why there is none.
std::expected<std::size_t, apdu::StatusWord> count_of(const apdu::CommandView& command, std::size_t rest) {
  const auto fitting = [&](std::size_t limit) { return command.odd() ? fits_in_object(limit) : limit; };
  const auto wanted = std::min<std::size_t>(fitting(command.le.ne), rest);
  const auto room = fitting(std::min(command.room, apdu::kMaxResponseData));
  if (wanted == 0) return std::unexpected(sw::k6700WrongLength);
  if (wanted <= room) return wanted;
  // "As much as there is" is cut to what fits on the way back; a number that does not fit is a wrong number.
  if (!command.le.maximum || room == 0) return std::unexpected(sw::k6700WrongLength);
  return room;
}

Reply answer(const apdu::CommandView& command, base::ByteView rest, bool bare) {
  const auto count = count_of(command, rest.size());
  if (!count) return count.error();
  const auto data = rest.first(*count);
  base::Bytes field;
  field.reserve(data.size() + 2 * 16 + 32);  // secure messaging adds padding and its objects
  if (command.odd() && !bare) tlv::append_header(field, kDiscretionary, data.size());
  base::append(field, data);
  const bool whole = data.size() == rest.size();
  const auto asked = command.odd() ? fits_in_object(command.le.ne) : command.le.ne;
  const bool past_end = whole && !command.le.maximum && asked > data.size();
  return apdu::ResponseApdu{std::move(field), past_end ? sw::k6282EndOfFile : sw::k9000Ok};
}

/// 9303-11 §4.4.2: a chip with PACE does not even let protected files be selected in plain.
bool guarded(const Context& context) {
  if (context.card.lapses.has(Lapse::file_conditions)) return false;
  return !context.secured && context.card.life_cycle != LifeCycle::blank && has_pace(context.card);
}

/// Of an application, whatever its files' conditions, nothing is told in plain: neither what is there nor what is not.
bool closed_application(const Context& context) {
  return guarded(context) && context.selection.df.has_value();
}

}  // namespace

Reply select_ef(const Context& context, const apdu::CommandView& command) {
  if (command.p2 != kNoData) return sw::k6A86IncorrectP1P2;
  if (command.data.size() != 2) return sw::k6700WrongLength;
  if (closed_application(context)) return sw::k6982SecurityStatusNotSatisfied;
  const auto fid = static_cast<fs::Fid>((command.data[0] << 8U) | command.data[1]);
  const auto found = context.card.files.find_ef(context.selection.df, fid);
  if (!found) return sw::k6A82FileNotFound;
  if (guarded(context) && context.card.files.ef(*found)->read.needs_access()) {
    return sw::k6982SecurityStatusNotSatisfied;
  }
  if (context.card.lapses.has(Lapse::selection)) return sw::k9000Ok;
  return Reply{sw::k9000Ok}.with(Select{{.df = context.selection.df, .ef = *found}});
}

Reply read_binary(const Context& context, const apdu::CommandView& command) {
  if (!command.le.present()) return sw::k6700WrongLength;
  if (closed_application(context)) return sw::k6982SecurityStatusNotSatisfied;
  const auto target = command.odd() ? target_odd(context, command) : target_even(context, command);
  if (!target) return target.error();
  const auto* ef = context.card.files.ef(target->file);
  if (ef == nullptr) return sw::k6986NoCurrentEf;
  const bool satisfied = ef->read.satisfied_by(context.status) || context.card.lapses.has(Lapse::file_conditions);
  const bool readable = context.card.life_cycle != LifeCycle::blank && satisfied;
  if (!readable) return sw::k6982SecurityStatusNotSatisfied;
  if (target->offset >= ef->content.size()) return sw::k6B00WrongOffset;
  auto reply = answer(command, base::ByteView{ef->content}.subspan(target->offset),
                      context.card.lapses.has(Lapse::discretionary));
  if (!reply.response.is_error() && context.selection.ef != target->file) {
    return std::move(reply).with(Select{{.df = context.selection.df, .ef = target->file}});
  }
  return reply;
}

Reply get_challenge(const Context& context, const apdu::CommandView& command) {
  if (command.p1p2() != 0) return sw::k6A86IncorrectP1P2;
  const auto& lapses = context.card.lapses;
  const bool is_short = lapses.has(Lapse::short_challenge) && command.le.ne == protocol::bac::kChallengeSize - 1;
  if (!command.data.empty() || (command.le.ne != protocol::bac::kChallengeSize && !is_short)) {
    return sw::k6700WrongLength;
  }
  KeepChallenge keep;
  if (!lapses.has(Lapse::constant_challenge) && !context.rng.fill(keep.challenge)) return sw::k6F00NoDiagnosis;
  auto shown = base::to_bytes(keep.challenge);
  shown.resize(command.le.ne);
  if (context.challenge && lapses.has(Lapse::first_challenge)) keep.challenge = *context.challenge;
  return Reply{apdu::ResponseApdu{std::move(shown), sw::k9000Ok}}.with(keep);
}

Reply selected(const apdu::CommandView& command, base::ByteView aid, Selection to) {
  if (command.p2 == kNoData) return Reply{sw::k9000Ok}.with(Select{to});
  if (command.p2 != kReturnFci) return sw::k6A86IncorrectP1P2;
  base::Bytes fci;
  tlv::append_header(fci, kFci, tlv::header_size(kDfName, aid.size()) + aid.size());
  tlv::append(fci, kDfName, aid);
  if (!command.le.present()) fci.clear();
  return Reply{apdu::ResponseApdu{std::move(fci), sw::k9000Ok}}.with(Select{to});
}

sm::Required required_objects(const apdu::CommandView& command) noexcept {
  switch (command.ins) {
    case ins::kSelect: return {.data = command.p1 != 0, .le = false};
    case ins::kReadBinary: return {.data = false, .le = true};
    case ins::kReadBinaryOdd: return {.data = true, .le = true};
    case ins::kGetChallenge: return {.data = false, .le = true};
    case ins::kExternalAuthenticate:
    case ins::kManageSecurityEnvironment:
    case ins::kPerformSecurityOperation:
    case ins::kGeneralAuthenticate: return {.data = true, .le = false};
    case ins::kInternalAuthenticate: return {.data = true, .le = true};
    default: return {};
  }
}

}  // namespace cicada::applet_sim::applet

#include "cicada/applet_sim/applet/root.h"

#include "cicada/applet_sim/applet/file_service.h"
#include "pace_service.h"

namespace cicada::applet_sim::applet {

namespace sw = apdu::sw;

namespace {

/// PACE belongs to the MF: it comes before every application (9303-11 §4.2).
Reply open_access(const Context& context, const apdu::CommandView& command) {
  if (!has_pace(context.card)) return sw::k6D00InsNotSupported;
  switch (command.ins) {
    case ins::kManageSecurityEnvironment: return select_pace(context, command);
    case ins::kGeneralAuthenticate: return advance_pace(context, command);
    case ins::kResetRetryCounter: return reset_tries(context, command);
    default: return sw::k6D00InsNotSupported;
  }
}

}  // namespace

Reply Root::select(const Context& context, const apdu::CommandView& command) {
  if (base::equal(command.data, protocol::scp03::card_manager_aid())) return selected(command, command.data, {});
  const auto df = context.card.files.find_df(command.data);
  if (!df) return sw::k6A82FileNotFound;
  return selected(command, command.data, {.df = df});
}

Reply Root::call(const Context& context, const apdu::CommandView& command) {
  switch (command.ins) {
    case ins::kSelect: return select_ef(context, command);
    case ins::kReadBinary:
    case ins::kReadBinaryOdd: return read_binary(context, command);
    case ins::kGetChallenge: return get_challenge(context, command);
    default: return context.selection.df ? Reply{sw::k6D00InsNotSupported} : open_access(context, command);
  }
}

std::vector<Change> Root::before(const Context& context, const apdu::CommandView& command) {
  return count_try(context, command);
}

Reply select_mf(const apdu::CommandView& command) {
  constexpr std::uint8_t kNoData = 0x0C;
  if (command.p2 != kNoData) return sw::k6A86IncorrectP1P2;
  const bool named = command.data.size() == 2 && command.data[0] == 0x3F && command.data[1] == 0x00;
  if (command.data.size() == 2 && !named) return sw::k6A82FileNotFound;
  if (!command.data.empty() && !named) return sw::k6700WrongLength;
  return Reply{sw::k9000Ok}.with(Select{});
}

}  // namespace cicada::applet_sim::applet

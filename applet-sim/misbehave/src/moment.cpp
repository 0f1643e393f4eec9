#include "moment.h"

#include "cicada/applet_sim/applet/file_service.h"
#include "cicada/applet_sim/applet/terminal_authentication.h"

namespace cicada::applet_sim::misbehave {
namespace {

namespace ins = applet::ins;
using apdu::CommandView;
using applet::Context;

std::optional<FileName> name_of(const Context& here, std::optional<fs::FileId> file) {
  const auto* const ef = file ? here.card.files.ef(*file) : nullptr;
  if (ef == nullptr) return std::nullopt;
  return FileName{.fid = ef->fid, .in_mf = !ef->parent};
}

/// The file that READ BINARY is about.
std::optional<FileName> file_to_read(const Context& here, const CommandView& command) {
  const auto& files = here.card.files;
  const auto df = here.selection.df;
  if (!command.odd()) {
    if ((command.p1 & 0x80U) == 0) return name_of(here, here.selection.ef);
    return name_of(here, files.find_ef_by_sfi(df, command.p1 & 0x1FU));
  }
  if (command.p1p2() == 0) return name_of(here, here.selection.ef);
  if (command.p1p2() <= fs::kMaxSfi) return name_of(here, files.find_ef_by_sfi(df, command.p2));
  return name_of(here, files.find_ef(df, command.p1p2()));
}

Moment selection(const Context& here, const CommandView& command) {
  switch (command.p1) {
    case 0x00: return {.step = Step::select_mf};
    case 0x04: return {.step = Step::select_app};
    default: break;
  }
  Moment moment{.step = Step::select};
  if (command.data.size() == 2) {
    const auto fid = static_cast<fs::Fid>((command.data[0] << 8U) | command.data[1]);
    moment.file = name_of(here, here.card.files.find_ef(here.selection.df, fid));
  }
  return moment;
}

/// A step of PACE by the object that the terminal sends: 80 (none), 81, 83, 85.
Step step_of_pace(base::ByteView data) {
  tlv::Reader outer{data};
  const auto object = outer.next();
  if (!object) return Step::any;
  tlv::Reader inner{object->value};
  switch (inner.peek()) {
    case 0x81: return Step::pace_ga2;
    case 0x83: return Step::pace_ga3;
    case 0x85: return Step::pace_ga4;
    default: return Step::pace_ga1;
  }
}

Step step_of_environment(const CommandView& command) {
  switch (command.p1p2()) {
    case 0xC1A4: return Step::pace_mse;
    case 0x41A4: return Step::ca_mse;
    case 0x41A6: return Step::ca_kat;
    case applet::kSetVerificationKey: return Step::ta_set_dst;
    case applet::kSetTerminalKey: return Step::ta_set_at;
    default: return Step::any;
  }
}

}  // namespace

Moment moment_of(const Context& here, const CommandView& command) {
  const bool secured = here.secured;
  switch (command.ins) {
    case ins::kSelect: return selection(here, command);
    case ins::kReadBinary:
    case ins::kReadBinaryOdd: return {.step = Step::read, .file = file_to_read(here, command)};
    case ins::kGetChallenge: return {.step = secured ? Step::ta_challenge : Step::bac_challenge};
    case ins::kExternalAuthenticate: return {.step = secured ? Step::ta_auth : Step::bac_auth};
    case ins::kGeneralAuthenticate: return {.step = secured ? Step::ca_ga : step_of_pace(command.data)};
    case ins::kManageSecurityEnvironment: return {.step = step_of_environment(command)};
    case ins::kPerformSecurityOperation: return {.step = Step::ta_verify};
    case ins::kInternalAuthenticate: return {.step = Step::aa};
    case 0xC0: return {.step = Step::get_response};
    default: return {};
  }
}

}  // namespace cicada::applet_sim::misbehave

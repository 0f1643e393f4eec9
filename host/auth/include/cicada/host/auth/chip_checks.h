// From what was seen at the chip to the checks of the verdict. A chip check counts only when the key that it rests on
// is bound to an object that a CSCA answers for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/lds_security_object.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/auth/active.h"
#include "cicada/host/auth/chip.h"
#include "cicada/host/auth/passive.h"
#include "cicada/host/auth/terminal.h"
#include "cicada/host/auth/verdict.h"

namespace cicada::host::auth {

/// The access protocol of a chip that has none.
inline constexpr std::string_view kNoAccessControl = "none";

/// Evidence of the chip; everything is borrowed. DG14 and DG15 are taken from PassiveInput::data_groups.
struct ChipInput {
  std::string_view access_protocol = {};            ///< "BAC", "PACE", or kNoAccessControl
  std::vector<std::string> access_deviations = {};  ///< of opening the chip: "bac-although-pace-was-offered"
  /// What PACE was chosen from: EF.CardAccess as the chip gave it, or what the reader took in its place. Nothing: the
  /// chip has none.
  std::optional<base::ByteView> ef_card_access = {};
  std::optional<base::ByteView> ef_card_security = {};
  const ActiveEvidence* active = nullptr;      ///< null: not run
  const ChipEvidence* chip = nullptr;          ///< null: not run
  const MappingEvidence* mapping = nullptr;    ///< null: PACE had another mapping
  const TerminalEvidence* terminal = nullptr;  ///< null: not run
  /// Why it was not run, if there is more to say than "not run": "no certificates for terminal authentication".
  std::string terminal_not_run = {};
  /// The reader has certificates and there are files that need them: without terminal authentication the verdict is
  /// incomplete.
  bool terminal_wanted = false;
};

/// Puts access, card-access-match, active-authentication, chip-authentication and terminal-authentication into a
/// verdict that passive authentication of `passive` made (judge_files). The strict policy of `passive` holds here too.
void judge_chip(Verdict& verdict, const PassiveInput& passive, const ChipInput& chip);

/// Is a data group what a CSCA-verified EF.SOD says?
struct Binding {
  enum class State : std::uint8_t {
    bound,     ///< signed, and the signer has a path to a CSCA
    unproven,  ///< nothing says that it is wrong, but a link of the proof is missing or broken: see reason
    replaced,  ///< EF.SOD says something else than the chip
    absent,    ///< EF.SOD does not list it and the chip did not give it
    withheld,  ///< EF.SOD lists it and it was not read
  };
  State state = State::unproven;
  std::string reason = {};
};
/// What EF.SOD says about the data groups, before anything is verified; the error says why there is nothing.
using SignedList = base::Result<asn1::LdsSecurityObject>;
[[nodiscard]] SignedList signed_list(const PassiveInput& passive);
/// `list` is that of `passive`, and `verdict` holds the checks of its passive authentication.
[[nodiscard]] Binding binding_of(int data_group, const SignedList& list, const PassiveInput& passive,
                                 const Verdict& verdict);

}  // namespace cicada::host::auth

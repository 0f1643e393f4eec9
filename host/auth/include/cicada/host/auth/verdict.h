// The verdict: what was checked, what came out of it, and why.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cicada::host::auth {

/// The checks, in the order in which a verdict lists them. Names are added, never renamed.
enum class CheckName : std::uint8_t {
  access,                   ///< BAC or PACE opened the chip (9303-11 §4)
  card_access_match,        ///< EF.CardAccess repeats what the signed DG14 says (9303-11 §9.2.11)
  sod_signature,            ///< the document security object was signed by the certificate it names
  dg_hashes,                ///< the data groups are those that were signed
  ds_path,                  ///< the signer's certificate was issued by a trusted CSCA
  ds_validity,              ///< certificates and keys were within their periods
  revocation,               ///< the CSCA has not revoked the signer
  country,                  ///< document, signer and CSCA belong to one State
  file_structure,           ///< the files that were signed are built as 9303-10 says
  active_authentication,    ///< the chip holds the private key of DG15 (9303-11 §6.1)
  chip_authentication,      ///< the chip holds the private key of DG14 (9303-11 §6.2)
  terminal_authentication,  ///< the chip accepted the reader's rights (9303-11 §7.1)
};

/// Every check, in verdict order.
inline constexpr std::array kAllChecks = {
    CheckName::access,
    CheckName::card_access_match,
    CheckName::sod_signature,
    CheckName::dg_hashes,
    CheckName::ds_path,
    CheckName::ds_validity,
    CheckName::revocation,
    CheckName::country,
    CheckName::file_structure,
    CheckName::active_authentication,
    CheckName::chip_authentication,
    CheckName::terminal_authentication,
};

/// "sod-signature": the fixed name that users and programs see.
[[nodiscard]] std::string_view to_string(CheckName check) noexcept;
/// "9303-11 §5.1.1": the clause that asks for the check, used where a reason has no nearer one.
[[nodiscard]] std::string_view clause_of(CheckName check) noexcept;

/// not_checked is never a polite word for passed: its reason says what was missing.
enum class CheckResult : std::uint8_t { passed, failed, not_checked };
/// "passed", "failed", "not-checked"
[[nodiscard]] std::string_view to_string(CheckResult result) noexcept;

struct Check {
  CheckName check = CheckName::access;
  CheckResult result = CheckResult::not_checked;
  std::string reason = {};  ///< one sentence; for a passed check it may say what the result rests on
  std::string clause = {};
  std::vector<std::string> deviations = {};  ///< names of tolerated deviations from the standard; see deviation.h
  /// Does the verdict stay incomplete as long as this is not checked? A chip check does not matter for a document
  /// without DG14 and DG15.
  bool matters = true;

  friend bool operator==(const Check&, const Check&) = default;
};

/// A check with the clause of its name.
[[nodiscard]] Check passed(CheckName check, std::string reason = {});
[[nodiscard]] Check failed(CheckName check, std::string reason);
[[nodiscard]] Check not_checked(CheckName check, std::string reason);
/// Not checked, and the verdict does not wait for it.
[[nodiscard]] Check not_needed(CheckName check, std::string reason);

enum class Outcome : std::uint8_t { passed, failed, incomplete };
/// "passed", "failed", "incomplete"
[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

/// All checks of one document, each name once, in the order of kAllChecks.
struct Verdict {
  std::vector<Check> checks = {};

  /// Every check not checked, none of them settled yet.
  [[nodiscard]] static Verdict open();
  /// failed if any check failed; else incomplete if a check that matters was not made; else passed. A verdict without
  /// checks is incomplete.
  [[nodiscard]] Outcome outcome() const noexcept;
  /// Puts `check` in the place of the check of the same name; adds it in order if there is none.
  void set(Check check);
  [[nodiscard]] const Check* find(CheckName check) const noexcept;
};

}  // namespace cicada::host::auth

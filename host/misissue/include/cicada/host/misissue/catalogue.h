// Ways to issue a document wrongly, by name, and what a reader must say about each.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/host/auth/verdict.h"
#include "cicada/host/misissue/scene.h"

namespace cicada::host::misissue {

enum class Outcome : std::uint8_t {
  failed,       ///< the check fails
  not_checked,  ///< the check is not made: evidence is missing or of a kind that nobody knows
  tolerated,    ///< the check passes and lists the deviation that `reason` names; a strict policy refuses it
  sound,        ///< nothing is wrong, only unusual: the check passes, and so does everything else
};
/// "failed", "not-checked", "tolerated", "sound"
[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

/// What the reader must be given to trust.
enum class Trust : std::uint8_t {
  of_the_country,  ///< the country's own folder
  made_with_it,    ///< what comes with the forgery
};

/// A way to issue a document: wrongly, or rightly and unlike most others.
struct Fault {
  std::string_view name;   ///< kebab case, unique
  std::string_view title;  ///< one sentence
  std::string_view clause;
  auth::CheckName check;  ///< which must notice
  Outcome outcome;
  std::string_view reason;  ///< part of what the check says
  void (*commit)(Scene&);
  Trust trust = Trust::of_the_country;
  /// The kind of the signer's key, where the fault is about it: the signer gets a new one if its own is another.
  std::optional<pki::KeyAlgorithm> algorithm = {};
  int needs = 0;                           ///< the data group (1 to 16) that the fault is about; 0: none in particular
  std::optional<lds::Ef> needs_file = {};  ///< another file that the document must have
};

[[nodiscard]] const std::vector<Fault>& catalogue();
/// nullptr: there is no such fault.
[[nodiscard]] const Fault* find(std::string_view name) noexcept;

/// The document with the fault in it. `groups` (number to whole file) are those of a sound document; what EF.SOD said
/// about them before does not matter. `now` is the moment at which a reader will look. The country is not changed.
/// `files` are the others that the document has, for faults that are about them (Fault::needs_file).
/// Fails with bad_input when the document does not have what the fault is about, or crypto.
[[nodiscard]] base::Result<Evidence> forge(const Fault& fault, const pki::TestCountry& country,
                                           const std::map<int, base::Bytes>& groups, base::Instant now,
                                           const std::map<lds::Ef, base::Bytes>& files = {});

/// Writes trust material as a folder for `cicada read --trust` (made if needed). Fails with conflict when the folder
/// holds anything, with io.
[[nodiscard]] base::Result<void> save(const TrustMaterial& material, const std::filesystem::path& dir);

}  // namespace cicada::host::misissue

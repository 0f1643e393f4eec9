#include "cicada/host/line/content.h"

#include <algorithm>
#include <array>

#include "cicada/host/access/bac.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/lds/ef.h"

namespace cicada::host::line {

using base::Fault;
using base::Result;

Result<perso::Content> content_of(const issuance::CardJob& job, const perso::TerminalTrust& trust) {
  perso::Content content;
  for (const auto& [ef, octets] : job.files) content.files.emplace(issuance::content_name(ef), octets);
  CICADA_TRY(const auto keys, access::BacKeys::from_mrz_information(job.mrz_information));
  content.bac = perso::BacKeys{.k_enc = base::Key<perso::ForBacEncryption, 16>{keys.k_enc().expose()},
                               .k_mac = base::Key<perso::ForBacMac, 16>{keys.k_mac().expose()}};
  CICADA_TRY(const auto mrz, access::PacePassword::from_mrz_information(job.mrz_information));
  content.pace_mrz = base::SecretBytes::copy_of(mrz.expose());
  if (!job.can.empty()) {
    CICADA_TRY(const auto can, access::PacePassword::from_can(job.can));
    content.pace_can = base::SecretBytes::copy_of(can.expose());
  }
  content.mrz_information = base::SecretBytes::copy_of(base::as_bytes(job.mrz_information));
  content.keys = job.keys;
  content.trust = trust;
  // Two dates with their check digits stand behind the number.
  constexpr std::size_t kDates = 14;
  content.trust->document_number = job.mrz_information.substr(0, job.mrz_information.size() - kDates);
  return content;
}

Result<void> check_fits(const issuance::CardJob& job, const perso::Profile& profile) {
  using lds::Ef;
  constexpr std::array kLater = {Ef::dg14, Ef::dg15, Ef::card_security, Ef::com, Ef::sod};
  for (const auto& file : profile.files) {
    if (file.content.empty() || file.content == perso::kCvcaContent) continue;
    const auto names = [&file](const auto& ef) { return issuance::content_name(ef) == file.content; };
    const auto there = [&names](const auto& entry) { return names(entry.first); };
    if (std::ranges::any_of(kLater, names) || std::ranges::any_of(job.files, there)) continue;
    return base::fail({.fault = Fault::bad_input,
                       .what = "the job was prepared for another profile: a file is missing in it",
                       .hint = "prepare the batch with the profile that the line writes"});
  }
  return {};
}

}  // namespace cicada::host::line

// Faults of what DG14 and DG15 say about the chip: keys that are not the chip's (9303-11 §6), protocols that are
// missing.
#include "cicada/asn1/security_infos.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "tables.h"

namespace cicada::host::misissue {

using base::Bytes;

namespace {

constexpr std::string_view kHash = "9303-11 §5.1";
constexpr auto kCountry = Trust::of_the_country;

/// Somebody else's key of the same kind.
Bytes another_key(const asn1::SubjectPublicKeyInfo& info) {
  const auto key = must(pki::PublicKey::create(info));
  const auto form =
      key.names_its_curve() ? pki::EcParameterForm::named_curve : pki::EcParameterForm::explicit_parameters;
  return must(new_signer_like(info).public_key_info(form));
}

void replace_active_key(std::map<int, Bytes>& groups) {
  const auto dg15 = must(lds::parse_dg15(groups.at(15)));
  groups[15] = must(lds::build_dg15(another_key(must(asn1::parse_public_key_info(dg15.public_key_info)))));
}

/// DG14 with every entry as `change` leaves it; false: without it.
void change_infos(std::map<int, Bytes>& groups, bool (*change)(asn1::SecurityInfo&)) {
  const auto dg14 = must(lds::parse_dg14(groups.at(14)));
  std::vector<asn1::SecurityInfo> kept;
  for (auto& entry : must(asn1::parse_security_infos(dg14.security_infos)).entries) {
    if (change(entry)) kept.push_back(std::move(entry));
  }
  groups[14] = must(lds::build_dg14(asn1::encode_security_infos(kept)));
}

void replace_chip_key(std::map<int, Bytes>& groups) {
  change_infos(groups, [](asn1::SecurityInfo& entry) {
    if (const auto* own = std::get_if<asn1::ChipAuthenticationPublicKeyInfo>(&entry.info)) {
      entry = asn1::make_security_info(
          entry.protocol,
          asn1::ChipAuthenticationPublicKeyInfo{
              .public_key = must(asn1::parse_public_key_info(another_key(own->public_key))), .key_id = own->key_id});
    }
    return true;
  });
}

}  // namespace

std::vector<Fault> faults_of_the_chip_keys() {
  return {
      {"dg15-of-another-key",
       "DG15 has another key for active authentication than the one that was signed.",
       kHash,
       CheckName::dg_hashes,
       kFailed,
       "DG15: not what was signed",
       [](Scene& s) { s.change_groups = replace_active_key; },
       kCountry,
       {},
       15},
      {"dg14-of-another-key",
       "DG14 has another key for chip authentication than the one that was signed.",
       kHash,
       CheckName::dg_hashes,
       kFailed,
       "DG14: not what was signed",
       [](Scene& s) { s.change_groups = replace_chip_key; },
       kCountry,
       {},
       14},
      {"dg15-signed-for-another-chip",
       "DG15 is signed, and has the key of another chip.",
       "9303-11 §6.1",
       CheckName::active_authentication,
       kFailed,
       "key of DG15",
       [](Scene& s) { replace_active_key(s.groups); },
       kCountry,
       {},
       15},
      {"dg14-signed-for-another-chip",
       "DG14 is signed, and has the key of another chip.",
       "9303-11 §6.2",
       CheckName::chip_authentication,
       kFailed,
       "first exchange under the new keys",
       [](Scene& s) { replace_chip_key(s.groups); },
       kCountry,
       {},
       14},
      {"dg14-without-pace",
       "DG14 is signed, and does not repeat the PACE protocols of EF.CardAccess.",
       "9303-11 §9.2.11",
       CheckName::card_access_match,
       kFailed,
       "does not repeat",
       [](Scene& s) {
         change_infos(s.groups,
                      [](asn1::SecurityInfo& entry) { return !std::holds_alternative<asn1::PaceInfo>(entry.info); });
       },
       kCountry,
       {},
       14},
  };
}

}  // namespace cicada::host::misissue

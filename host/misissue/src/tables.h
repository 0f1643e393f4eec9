// The parts of the catalogue, by the check that must notice, and what they are written with.
#pragma once

#include "cicada/host/misissue/catalogue.h"

namespace cicada::host::misissue {

std::vector<Fault> faults_of_the_message();
std::vector<Fault> faults_of_the_signature();
std::vector<Fault> faults_of_the_hashes();
std::vector<Fault> faults_of_the_signer();
std::vector<Fault> faults_of_the_csca();
std::vector<Fault> faults_of_the_issuers();
std::vector<Fault> faults_of_the_times();
std::vector<Fault> faults_of_the_revocation();
std::vector<Fault> faults_of_the_country();
std::vector<Fault> faults_of_the_chip_keys();
std::vector<Fault> tolerated_faults();
std::vector<Fault> variants_of_the_algorithms();
std::vector<Fault> faults_of_the_message_parts();
std::vector<Fault> faults_of_the_hash_list();
std::vector<Fault> faults_of_the_certificate_parts();
std::vector<Fault> faults_of_the_com();
std::vector<Fault> faults_of_the_zone();
std::vector<Fault> faults_of_the_face();
std::vector<Fault> faults_of_the_fingers();
std::vector<Fault> faults_of_the_irises();
std::vector<Fault> faults_of_the_chip_files();

using auth::CheckName;
inline constexpr auto kFailed = Outcome::failed;
inline constexpr auto kOpen = Outcome::not_checked;
inline constexpr auto kTolerated = Outcome::tolerated;
inline constexpr auto kSound = Outcome::sound;
inline constexpr auto kCountryTrust = Trust::of_the_country;
inline constexpr auto kOwnTrust = Trust::made_with_it;

using Extensions = std::vector<asn1::Extension>;

/// A word about what is sealed, after those before it.
void bend(Scene& scene, std::function<void(SodRecipe&)> change);
/// A key pair as `sign` of a recipe.
std::function<base::Bytes(base::ByteView)> signed_by(pki::Signer signer);
/// The certificate as its signer would have issued it himself; the recipe names it.
void bring(SodRecipe& recipe, const asn1::Certificate& certificate);
/// Puts the extension there and makes it critical.
void put_critical(Extensions& extensions, asn1::Extension extension);
/// A critical extension that nobody knows, and one of a known kind that cannot be read.
asn1::Extension unknown_extension();
asn1::Extension broken_extension(const asn1::Oid& oid);
asn1::Extension state_of(const std::string& state);
/// The key on its curve with another generator: itself (CVE-2020-0601).
base::Bytes on_a_forged_curve(const base::Bytes& public_key_info);
/// A State that is not the country's, with its own keys.
struct Elsewhere {
  std::string country, state;
};
Elsewhere elsewhere(const Authority& authority);

}  // namespace cicada::host::misissue

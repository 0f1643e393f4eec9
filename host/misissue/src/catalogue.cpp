#include "cicada/host/misissue/catalogue.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/host/pki/country.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace ossl = crypto::openssl;

namespace {

bool is_of(pki::KeyAlgorithm kind, const pki::PublicKey& key) {
  if (kind == pki::KeyAlgorithm::rsa_2048) return key.rsa() != nullptr;
  return key.ec() != nullptr && key.ec()->curve() == ossl::Curve::p256;
}

}  // namespace

std::string_view to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::failed: return "failed";
    case Outcome::not_checked: return "not-checked";
    case Outcome::tolerated: return "tolerated";
    case Outcome::sound: return "sound";
  }
  return "";
}

const std::vector<Fault>& catalogue() {
  static const auto kAll = [] {
    std::vector<Fault> all;
    for (auto part : {faults_of_the_message(),       faults_of_the_signature(),  faults_of_the_hashes(),
                      faults_of_the_signer(),        faults_of_the_csca(),       faults_of_the_issuers(),
                      faults_of_the_times(),         faults_of_the_revocation(), faults_of_the_country(),
                      faults_of_the_chip_keys(),     tolerated_faults(),         variants_of_the_algorithms(),
                      faults_of_the_message_parts(), faults_of_the_hash_list(),  faults_of_the_certificate_parts(),
                      faults_of_the_com(),           faults_of_the_zone(),       faults_of_the_face(),
                      faults_of_the_fingers(),       faults_of_the_irises(),     faults_of_the_chip_files()}) {
      std::ranges::move(part, std::back_inserter(all));
    }
    return all;
  }();
  return kAll;
}

const Fault* find(std::string_view name) noexcept {
  const auto& all = catalogue();
  const auto found = std::ranges::find(all, name, &Fault::name);
  return found == all.end() ? nullptr : &*found;
}

base::Result<Evidence> forge(const Fault& fault, const pki::TestCountry& country,
                             const std::map<int, base::Bytes>& groups, base::Instant now,
                             const std::map<lds::Ef, base::Bytes>& files) {
  if (groups.empty() || (fault.needs != 0 && !groups.contains(fault.needs))) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "the document does not have the data group that the fault is about",
                       .hint = "the list of faults says which one each needs",
                       .at = static_cast<std::uint64_t>(fault.needs)});
  }
  if (fault.needs_file && !files.contains(*fault.needs_file)) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "the document does not have the file that the fault is about",
                       .hint = "the list of faults says which one each needs"});
  }
  try {
    Scene scene{authority_of(country), groups, now};
    scene.files = files;
    if (fault.algorithm) {
      const auto info = must(asn1::parse_public_key_info(scene.authority.ds.public_key));
      if (!is_of(*fault.algorithm, must(pki::PublicKey::create(info)))) {
        renew_ds_key(scene.authority, new_signer(*fault.algorithm));
      }
    }
    fault.commit(scene);
    auto evidence = make(scene);
    std::erase_if(evidence.files,
                  [&](const auto& file) { return files.contains(file.first) && !scene.touched.contains(file.first); });
    return evidence;
  } catch (const Failure& failure) {
    return base::fail(failure.error);
  }
}

void bend(Scene& scene, std::function<void(SodRecipe&)> change) {
  if (!scene.bend) {
    scene.bend = std::move(change);
    return;
  }
  scene.bend = [before = std::move(scene.bend), after = std::move(change)](SodRecipe& recipe) {
    before(recipe);
    after(recipe);
  };
}

std::function<base::Bytes(base::ByteView)> signed_by(pki::Signer signer) {
  auto shared = std::make_shared<pki::Signer>(std::move(signer));
  return [shared](base::ByteView octets) { return must(shared->sign(octets)); };
}

void bring(SodRecipe& recipe, const asn1::Certificate& certificate) {
  recipe.certificates = {certificate.der};
  recipe.signer_id = issuer_and_serial(certificate);
}

void put_critical(Extensions& extensions, asn1::Extension extension) {
  extension.critical = true;
  put(extensions, std::move(extension));
}

asn1::Extension unknown_extension() {
  return {.oid = asn1::Oid::of("1.2.3.4"), .critical = true, .value = {0x05, 0x00}};
}

asn1::Extension broken_extension(const asn1::Oid& oid) {
  return {.oid = oid, .critical = true, .value = {0x05, 0x00}};
}

asn1::Extension state_of(const std::string& state) {
  return asn1::make_subject_alt_name(alternatives(state));
}

base::Bytes on_a_forged_curve(const base::Bytes& public_key_info) {
  const auto& p256 = ossl::curve_parameters(ossl::Curve::p256);
  const auto point = must(asn1::parse_public_key_info(public_key_info)).key;
  return asn1::encode_ec_public_key_info(
      asn1::EcDomainParameters{
          .p = p256.p, .a = p256.a, .b = p256.b, .generator = point, .order = p256.order, .cofactor = 1},
      point);
}

Elsewhere elsewhere(const Authority& authority) {
  const auto here = must(asn1::parse_name(authority.csca.subject)).country();
  if (here && pki::state_belongs_to_country("LAO", *here)) return {.country = "VN", .state = "VNM"};
  return {.country = "LA", .state = "LAO"};
}

}  // namespace cicada::host::misissue

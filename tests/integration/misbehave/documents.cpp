#include "documents.h"

#include <array>
#include <map>
#include <stdexcept>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/mbedtls/ec.h"
#include "cicada/crypto/mbedtls/rsa.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/dg3.h"
#include "cicada/host/lds/dg4.h"
#include "cicada/host/lds/mrz.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/test_verifiers.h"
#include "folder.h"

namespace cicada::tests {
namespace {

namespace applet = applet_sim::applet;
namespace kernel = applet_sim::kernel;
namespace mbedtls = crypto::mbedtls;
namespace pki = host::pki;
namespace ta = applet_sim::protocol::ta;
using base::Bytes;
using base::ByteView;
using host::lds::Ef;

constexpr std::string_view kCan = "123456";
constexpr std::size_t kFaceSize = 600;
constexpr std::uint8_t kP256 = 12;
constexpr std::uint8_t kBrainpoolP256 = 13;

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}
void must(base::Result<void> result) {
  if (!result) throw std::runtime_error(result.error().describe());
}

/// The two last arcs of id-PACE-... and a number of standardized domain parameters.
struct Pace {
  std::string_view arcs;
  std::uint8_t domain = kP256;
};

enum class Active : std::uint8_t { none, rsa, ecdsa };

/// What a chip can.
struct Plan {
  bool bac = true;
  std::vector<Pace> pace = {};
  unsigned chip = 0;  ///< last arc of id-CA-ECDH-...; 0: no chip authentication
  std::optional<std::uint8_t> chip_key_id = {};
  mbedtls::Curve curve = mbedtls::Curve::p256;  ///< of chip authentication
  Active active = Active::none;
  bool terminal = false;
  bool tells_terminal = false;  ///< EF.CardAccess speaks of terminal authentication
  bool card_security = false;
  bool irises = false;  ///< DG4 beside DG3
  bool locked = true;   ///< false: no access control at all
};

const std::map<std::string_view, Plan>& plans() {
  static const std::map<std::string_view, Plan> kPlans = [] {
    const Plan full{.pace = {{"2.2"}}, .chip = 2, .active = Active::ecdsa};
    auto with_terminal = full;
    with_terminal.terminal = true;
    return std::map<std::string_view, Plan>{
        {"bac", {}},
        {"pace", full},
        {"pace-gm", full},
        {"ca", full},
        {"aa-ecdsa", full},
        {"pace-im", {.pace = {{"4.2"}}}},
        {"pace-dh", {.pace = {{.arcs = "1.2", .domain = 0}}}},
        {"pace-cam", {.pace = {{"6.2"}, {"2.2"}}, .chip = 2, .chip_key_id = kP256, .card_security = true}},
        {"two-pace", {.pace = {{"2.2"}, {"2.1"}}}},
        {"ca-3des", {.chip = 1}},
        {"aa-rsa", {.active = Active::rsa}},
        {"ta", with_terminal},
        {"ta-cam", {.pace = {{"6.2"}}, .chip = 2, .chip_key_id = kP256, .terminal = true, .card_security = true}},
        {"eac-aa", {.chip = 1, .active = Active::rsa, .terminal = true, .irises = true}},
        {"cccd",
         {.pace = {{.arcs = "2.2", .domain = kBrainpoolP256}},
          .chip = 2,
          .curve = mbedtls::Curve::brainpool_p256r1,
          .tells_terminal = true}},
    };
  }();
  return kPlans;
}

/// The State behind all documents, made once.
struct State {
  /// Keys are read when a terminal is chosen, so it lives as long as the test. First, because store fills it.
  Folder folder;
  base::SystemRng rng;
  base::SystemClock clock;
  pki::TestCountryOptions options{.document_types = {"P"}};
  pki::TestCountry country = must(pki::create_test_country(options, rng, clock));
  pki::TestVerifiers verifiers = must(pki::create_test_verifiers(options, clock));
  host::issuance::SodSigner signer = must(host::issuance::SodSigner::create(must(pki::document_signer(country))));
  pki::TrustStore trust = make_trust();
  pki::CvStore store = make_store();

  [[nodiscard]] pki::TrustStore make_trust() const {
    pki::TrustStore made;
    must(made.add(must(asn1::parse_certificate(country.csca.der))));
    must(made.add(must(asn1::parse_certificate_list(country.crl.der))));
    return made;
  }
  [[nodiscard]] pki::CvStore make_store() {
    const auto list = must(pki::create_test_master_list(options, country, rng, clock));
    must(pki::save(country, verifiers, list, folder / "country"));
    return must(pki::CvStore::load(folder / "country"));
  }
};

State& state() {
  static State the_state;
  return the_state;
}

asn1::EcDomainParameters parameters_of(mbedtls::Curve curve) {
  // Both rooms list the curves in the order of the standard.
  const auto& known = crypto::openssl::curve_parameters(static_cast<crypto::openssl::Curve>(std::to_underlying(curve)));
  return {.p = known.p,
          .a = known.a,
          .b = known.b,
          .generator = known.generator,
          .order = known.order,
          .cofactor = known.cofactor};
}

host::lds::Mrz holder() {
  return {.format = host::lds::MrzFormat::td3,
          .document_code = "P",
          .issuing_state = "VNM",
          .document_number = "099000019",
          .nationality = "VNM",
          .birth_date = "990605",
          .sex = 'M',
          .expiry_date = "340605",
          .optional_data = "",
          .optional_data_2 = "",
          .primary_identifier = "NGUYEN",
          .secondary_identifier = "VAN MAU"};
}

Bytes face() {
  Bytes image(kFaceSize);
  must(base::ReplayRng{2}.fill(image));
  std::ranges::copy(std::array<std::uint8_t, 4>{0xFF, 0xD8, 0xFF, 0xE0}, image.begin());
  host::lds::FaceImage made;
  made.width = 120;
  made.height = 160;
  made.image = std::move(image);
  return must(host::lds::build_dg2(made));
}

/// Pixels of no eye.
host::lds::Dg4 irises() {
  host::lds::Dg4 made;
  for (const std::uint8_t eye : {std::uint8_t{1}, std::uint8_t{2}}) {
    host::lds::IrisTemplate one;
    one.record.eyes = {{.eye = eye, .images = {host::lds::IrisImage{.captured = {}, .image = Bytes(200, eye)}}}};
    made.templates.push_back(std::move(one));
  }
  return made;
}

/// One chip under construction.
struct Maker {
  explicit Maker(const Plan& of) : plan(of) {}

  const Plan& plan;
  /// The chip's keys are the same each time, so that what a changed signature turns into is, too.
  base::ReplayRng rng{9303};
  std::map<Ef, Bytes> files = {};
  std::map<Ef, Bytes> master_files = {};
  std::vector<asn1::SecurityInfo> shown = {};  ///< in EF.CardAccess
  std::vector<asn1::SecurityInfo> signed_infos = {};
  std::vector<asn1::SecurityInfo> chip_infos = {};
  ChipDocument document = {};

  void add_pace();
  void add_chip();
  void add_active();
  void add_terminal();
  void add_groups();
  void add_card_security();
  ChipDocument make();
};

void Maker::add_pace() {
  for (const auto& [arcs, domain] : plan.pace) {
    const auto oid = must(asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.4." + std::string{arcs}));
    shown.push_back(asn1::make_security_info(oid, asn1::PaceInfo{.parameter_id = domain}));
    document.content.pace_protocols.push_back({.oid = base::to_bytes(oid.content()), .parameter_id = domain});
  }
  const auto mrz = must(host::access::PacePassword::from_mrz_information(document.mrz_information));
  if (plan.pace.empty()) return;
  document.content.passwords.push_back({.id = applet::PasswordId::mrz, .k = base::SecretBytes::copy_of(mrz.expose())});
  document.content.passwords.push_back(
      {.id = applet::PasswordId::can, .k = base::SecretBytes::copy_of(base::as_bytes(kCan))});
}

void Maker::add_chip() {
  if (plan.chip == 0) return;
  const auto key = must(mbedtls::EcPrivateKey::generate(plan.curve, rng));
  const auto oid = must(asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.3.2." + std::to_string(plan.chip)));
  const auto info = asn1::encode_ec_public_key_info(parameters_of(plan.curve), key.public_point());
  chip_infos.push_back(asn1::make_security_info(
      asn1::oids::kIdPkEcdh, asn1::ChipAuthenticationPublicKeyInfo{
                                 .public_key = must(asn1::parse_public_key_info(info)), .key_id = plan.chip_key_id}));
  auto& also = plan.tells_terminal ? shown : signed_infos;
  also.push_back(asn1::make_security_info(oid, asn1::ChipAuthenticationInfo{.key_id = plan.chip_key_id}));
  document.content.chip_keys.push_back({.id = plan.chip_key_id,
                                        .secret = applet::EcSecret{.curve = plan.curve, .scalar = key.scalar().clone()},
                                        .protocols = {base::to_bytes(oid.content())}});
}

void Maker::add_active() {
  if (plan.active == Active::none) return;
  if (plan.active == Active::rsa) {
    const auto key = must(mbedtls::RsaPrivateKey::generate(1024, rng));
    files[Ef::dg15] = must(host::lds::build_dg15(asn1::encode_rsa_public_key_info(key.modulus(), key.exponent())));
    document.content.active_key = applet::ActiveKey{
        .secret = applet::RsaSecret{.p = must(key.prime_p()), .q = must(key.prime_q()), .exponent = key.exponent()},
        .hash = mbedtls::HashAlgorithm::sha256};
    return;
  }
  const auto key = must(mbedtls::EcPrivateKey::generate(mbedtls::Curve::p256, rng));
  files[Ef::dg15] = must(
      host::lds::build_dg15(asn1::encode_ec_public_key_info(parameters_of(mbedtls::Curve::p256), key.public_point())));
  signed_infos.push_back(asn1::make_security_info(
      asn1::Oid::of("2.23.136.1.1.5"),
      asn1::ActiveAuthenticationInfo{.signature_algorithm = asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.3")}));
  document.content.active_key =
      applet::ActiveKey{.secret = applet::EcSecret{.curve = mbedtls::Curve::p256, .scalar = key.scalar().clone()},
                        .hash = mbedtls::HashAlgorithm::sha256};
}

ta::Date date_of(base::Date date) {
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  const auto month = static_cast<unsigned>(date.month());
  const auto day = static_cast<unsigned>(date.day());
  ta::Date digits{};
  std::size_t i = 0;
  for (const auto pair : {year % 100, month, day}) {
    digits.at(i++) = static_cast<std::uint8_t>(pair / 10);
    digits.at(i++) = static_cast<std::uint8_t>(pair % 10);
  }
  return digits;
}

void Maker::add_terminal() {
  if (plan.terminal || plan.tells_terminal) {
    auto& to = plan.tells_terminal ? shown : signed_infos;
    to.push_back(asn1::make_security_info(asn1::oids::kIdTa, asn1::TerminalAuthenticationInfo{}));
  }
  if (!plan.terminal) return;
  const auto& cvca = state().verifiers.cvca;
  files[Ef::dg3] = host::lds::build_empty_dg3(Bytes(120, 0x33));
  if (plan.irises) files[Ef::dg4] = must(host::lds::build_dg4(irises()));
  document.content.trust_points.push_back(
      {.holder = base::to_bytes(base::as_bytes(cvca.holder_reference)),
       .authorization = cvca.authorization.bits.front(),
       .effective = date_of(cvca.effective),
       .expiration = date_of(cvca.expiration),
       .key = {.scheme = ta::Scheme::ecdsa_sha256,
               .key = ta::EcKey{.curve = mbedtls::Curve::p256, .point = cvca.public_key.ec()->point}}});
  document.content.current_date = date_of(cvca.effective);
  document.content.cvca_file = 0x011C;
  document.content.files.push_back({.fid = 0x011C, .sfi = 0x1C, .content = Bytes(36)});
  document.verifier = &state().store;
}

void Maker::add_groups() {
  files[Ef::dg1] = must(host::lds::build_dg1(holder()));
  files[Ef::dg2] = face();
  auto all = shown;
  all.insert(all.end(), signed_infos.begin(), signed_infos.end());
  all.insert(all.end(), chip_infos.begin(), chip_infos.end());
  if (!all.empty()) files[Ef::dg14] = must(host::lds::build_dg14(asn1::encode_security_infos(all)));
  if (!plan.pace.empty()) master_files[Ef::card_access] = asn1::encode_security_infos(shown);
  std::vector<std::uint8_t> tags;
  for (const auto& [ef, octets] : files) tags.push_back(static_cast<std::uint8_t>(host::lds::info(ef).tag));
  files[Ef::sod] = must(state().signer.sign(files));
  files[Ef::com] = host::lds::build_com({.tags = tags, .unknown = {}});
}

/// CMS over the SecurityInfos, by the document signer (9303-10 §3.11.4).
void Maker::add_card_security() {
  if (!plan.card_security) return;
  auto all = shown;
  all.insert(all.end(), chip_infos.begin(), chip_infos.end());
  const auto content = asn1::encode_security_infos(all);
  const auto ds = must(pki::document_signer(state().country));
  const auto attributes =
      must(asn1::encode_signed_attributes({.content_type = asn1::oids::kSecurityObject,
                                           .message_digest = must(crypto::openssl::hash(ds.signer.hash(), content)),
                                           .signing_time = {}}));
  const auto signature = must(ds.signer.sign(attributes));
  master_files[Ef::card_security] =
      must(asn1::encode_signed_data({.content_type = asn1::oids::kSecurityObject,
                                     .content = content,
                                     .digest_algorithm = ds.signer.digest_algorithm(),
                                     .certificate = ds.certificate.der,
                                     .issuer = ds.certificate.issuer.der,
                                     .serial = ds.certificate.serial,
                                     .signed_attributes = attributes,
                                     .signature_algorithm = ds.signer.signature_algorithm(),
                                     .signature = signature}));
}

ChipDocument Maker::make() {
  document.mrz_information = must(host::lds::mrz_information(holder()));
  document.country = &state().country;
  document.trust = &state().trust;
  auto& content = document.content;
  content.document_number = base::to_bytes(base::as_bytes(document.mrz_information.substr(0, 10)));
  if (plan.bac) {
    namespace bac = applet_sim::protocol::bac;
    const auto keys = must(host::access::BacKeys::from_mrz_information(document.mrz_information));
    content.access_keys =
        bac::AccessKeys{.k_enc = bac::KEnc{keys.k_enc().expose()}, .k_mac = bac::KMac{keys.k_mac().expose()}};
  }
  add_pace();
  add_chip();
  add_active();
  add_terminal();
  add_groups();
  add_card_security();
  for (const auto& [ef, octets] : files) {
    const auto& info = host::lds::info(ef);
    const bool biometric = ef == Ef::dg3 || ef == Ef::dg4;
    const std::uint8_t condition = biometric ? 0xE3 : 0x40;
    content.files.push_back({.fid = info.fid, .sfi = info.sfi, .security_condition = condition, .content = octets});
  }
  for (const auto& [ef, octets] : master_files) {
    const auto& info = host::lds::info(ef);
    const std::uint8_t condition = ef == Ef::card_security ? 0x40 : 0x00;
    content.files.push_back({.folder = kernel::Folder::mf,
                             .fid = info.fid,
                             .sfi = info.sfi,
                             .security_condition = condition,
                             .content = octets});
  }
  document.by_can = plan.tells_terminal;
  return std::move(document);
}

}  // namespace

host::inspect::Credentials ChipDocument::credentials() const {
  auto made = must(host::inspect::Credentials::from_mrz_information(mrz_information));
  if (by_can) {
    made.pace.clear();
    made.pace.push_back(must(host::access::PacePassword::from_can(kCan)));
    made.is_cccd = true;
  }
  return made;
}

const ChipDocument& document_for(std::string_view need) {
  static std::map<std::string_view, ChipDocument> made;
  const auto plan = plans().find(need);
  if (plan == plans().end()) throw std::runtime_error("no document has this");
  auto found = made.find(plan->first);
  if (found == made.end()) found = made.emplace(plan->first, Maker{plan->second}.make()).first;
  return found->second;
}

}  // namespace cicada::tests

#include "reference_card.h"

#include "cicada/asn1/cms.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg13.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/mrz.h"
#include "cicada/host/lds/sod.h"

namespace cicada::tests {
namespace {

namespace asn1 = cicada::asn1;
namespace lds = host::lds;
namespace openssl = crypto::openssl;
namespace pki = host::pki;
using base::Bytes;
using base::Result;
using lds::Ef;

constexpr std::size_t kSodSize = 1905;
constexpr std::size_t kDg2Size = 15360;
constexpr std::size_t kDg13Size = 600;
constexpr std::size_t kDg14Size = 400;

Bytes filler(std::size_t size) {
  Bytes octets(size);
  static_cast<void>(base::ReplayRng{18}.fill(octets));
  return octets;
}

lds::Mrz holder() {
  return {.format = lds::MrzFormat::td3,
          .document_code = "P",
          .issuing_state = "VNM",
          .document_number = "099000019",
          .nationality = "VNM",
          .birth_date = "990605",
          .sex = 'M',
          .expiry_date = "240605",
          .optional_data = "001099000019",
          .optional_data_2 = "",
          .primary_identifier = "NGUYEN",
          .secondary_identifier = "VAN MAU"};
}

Result<Bytes> dg2() {
  lds::FaceImage face;
  face.width = 480;
  face.height = 640;
  face.image = {0xFF, 0xD8, 0xFF, 0xE0};
  // Built once to learn what stands around the image; the lengths of lengths do not change in between.
  face.image.resize(kDg2Size - 200);
  CICADA_TRY(const auto trial, lds::build_dg2(face));
  const auto frame = trial.size() - face.image.size();
  const auto noise = filler(kDg2Size - frame);
  face.image.resize(4);
  face.image.insert(face.image.end(), noise.begin() + 4, noise.end());
  return lds::build_dg2(face);
}

Result<Bytes> dg13() {
  lds::CccdData data{.number = "001099000019",
                     .name = "Nguyễn Văn Mẫu",
                     .birth_date = "05/06/1999",
                     .sex = "Nam",
                     .nationality = "Việt Nam",
                     .ethnic_group = "Kinh",
                     .religion = "Không",
                     .place_of_origin = "Xã Mẫu, Huyện Mẫu, Hà Nội",
                     .residence = "Số 1 Phố Mẫu, Hà Nội",
                     .identifying_marks = "Nốt ruồi",
                     .issue_date = "10/05/2021",
                     .expiry_date = "05/06/2024",
                     .father = "Nguyễn Văn Cha",
                     .mother = "Trần Thị Mẹ",
                     .spouses = {},
                     .old_number = "012345678",
                     .chip_id = "0123456789ABCDEF"};
  // The address makes up what is missing.
  for (int round = 0; round < 4; ++round) {
    CICADA_TRY(auto file, lds::build_dg13(data));
    if (file.size() == kDg13Size) return file;
    if (file.size() > kDg13Size)
      data.residence.resize(data.residence.size() - (file.size() - kDg13Size));
    else
      data.residence.append(kDg13Size - file.size(), '.');
  }
  return base::fail({.fault = base::Fault::limit, .what = "DG13 cannot be made 600 octets long"});
}

/// PACE-ECDH-GM-AES-CBC-CMAC-128.
constexpr auto kPace = asn1::Oid::of("0.4.0.127.0.7.2.2.4.2.2");

Bytes pace_info(std::uint8_t domain) {
  return asn1::encode_tlv(0x30, {kPace.der(), Bytes{0x02, 0x01, 0x02}, Bytes{0x02, 0x01, domain}});
}

/// Repeats EF.CardAccess; the rest means nothing.
Bytes dg14(std::uint8_t pace_domain) {
  const auto pace = pace_info(pace_domain);
  const auto rest = filler(kDg14Size - 27 - pace.size());
  const auto other =
      asn1::encode_tlv(0x30, {asn1::Oid::of("1.3.6.1.4.1.99999.18").der(), asn1::encode_tlv(0x04, rest)});
  return asn1::encode_tlv(0x6E, asn1::encode_tlv(0x31, {pace, other}));
}

/// The country's document signer again, with an extension of `padding` octets.
Result<asn1::Certificate> padded_signer(const pki::TestCountry& country, const pki::Signer& csca, std::size_t padding) {
  asn1::TbsCertificate tbs{.serial = country.ds.serial,
                           .signature_algorithm = csca.signature_algorithm(),
                           .issuer = country.ds.issuer.der,
                           .validity = country.ds.validity,
                           .subject = country.ds.subject.der,
                           .public_key = country.ds.public_key.der,
                           .extensions = country.ds.extensions};
  tbs.extensions.push_back({.oid = asn1::Oid::of("1.3.6.1.4.1.99999.19"),
                            .critical = false,
                            .value = asn1::encode_tlv(0x04, filler(padding))});
  CICADA_TRY(const auto signed_part, asn1::encode_tbs_certificate(tbs));
  CICADA_TRY(const auto signature, csca.sign(signed_part));
  return asn1::parse_certificate(asn1::encode_certificate(signed_part, tbs.signature_algorithm, signature));
}

Result<Bytes> sod(const std::map<Ef, Bytes>& files, const asn1::Certificate& certificate, const pki::Signer& signer) {
  asn1::LdsSecurityObject object;
  object.hash_algorithm = signer.digest_algorithm();
  for (const auto& [ef, content] : files) {
    const int number = lds::data_group_number(ef);
    if (number == 0) continue;
    CICADA_TRY(auto hash, openssl::hash(signer.hash(), content));
    object.data_groups.push_back({.number = static_cast<std::uint8_t>(number), .hash = std::move(hash)});
  }
  CICADA_TRY(const auto content, asn1::encode(object));
  CICADA_TRY(auto digest, openssl::hash(signer.hash(), content));
  CICADA_TRY(const auto attributes, asn1::encode_signed_attributes({.content_type = asn1::oids::kLdsSecurityObject,
                                                                    .message_digest = std::move(digest),
                                                                    .signing_time = {}}));
  CICADA_TRY(const auto signature, signer.sign(attributes));
  CICADA_TRY(const auto cms, asn1::encode_signed_data({.content_type = asn1::oids::kLdsSecurityObject,
                                                       .content = content,
                                                       .digest_algorithm = signer.digest_algorithm(),
                                                       .certificate = certificate.der,
                                                       .issuer = certificate.issuer.der,
                                                       .serial = certificate.serial,
                                                       .signed_attributes = attributes,
                                                       .signature_algorithm = signer.signature_algorithm(),
                                                       .signature = signature}));
  return lds::wrap_sod(cms);
}

Result<Bytes> sod_to_measure(const std::map<Ef, Bytes>& files, const pki::TestCountry& country) {
  CICADA_TRY(const auto ds, pki::document_signer(country));
  CICADA_TRY(const auto pem, country.csca_key.to_pem());
  CICADA_TRY(auto csca_key, openssl::PrivateKey::from_pem(pem.expose()));
  const pki::Signer csca{std::move(csca_key)};
  std::size_t padding = 200;
  for (int round = 0; round < 6; ++round) {
    CICADA_TRY(const auto certificate, padded_signer(country, csca, padding));
    CICADA_TRY(auto file, sod(files, certificate, ds.signer));
    if (file.size() == kSodSize) return file;
    padding += kSodSize;
    if (padding < file.size()) break;
    padding -= file.size();
  }
  return base::fail({.fault = base::Fault::limit, .what = "EF.SOD cannot be made 1905 octets long"});
}

}  // namespace

Result<pki::TrustStore> ReferenceCard::trust() const {
  pki::TrustStore store;
  CICADA_TRY(auto csca, asn1::parse_certificate(country.csca.der));
  CICADA_CHECK(store.add(std::move(csca)));
  CICADA_TRY(auto crl, asn1::parse_certificate_list(country.crl.der));
  CICADA_CHECK(store.add(std::move(crl)));
  return store;
}

Result<applet_sim::kernel::CardContent> ReferenceCard::content() const {
  namespace bac = applet_sim::protocol::bac;
  CICADA_TRY(const auto keys, host::access::BacKeys::from_mrz_information(mrz_information));
  applet_sim::kernel::CardContent card;
  card.access_keys = bac::AccessKeys{bac::KEnc{keys.k_enc().expose()}, bac::KMac{keys.k_mac().expose()}};
  for (const auto& [ef, octets] : files)
    card.files.push_back({.fid = lds::info(ef).fid, .sfi = lds::info(ef).sfi, .content = octets});
  return card;
}

Bytes ReferenceCard::card_access(std::uint8_t pace_domain) {
  return asn1::encode_tlv(0x31, pace_info(pace_domain));
}

Result<applet_sim::kernel::CardContent> ReferenceCard::pace_content() const {
  CICADA_TRY(auto card, content());
  CICADA_TRY(const auto password, host::access::PacePassword::from_mrz_information(mrz_information));
  card.passwords.push_back(
      {.id = applet_sim::applet::PasswordId::mrz, .k = base::SecretBytes::copy_of(password.expose())});
  card.pace_protocols.push_back({.oid = base::to_bytes(kPace.content()), .parameter_id = pace_domain});
  const auto& file = lds::info(Ef::card_access);
  card.files.push_back({.folder = applet_sim::kernel::Folder::mf,
                        .fid = file.fid,
                        .sfi = file.sfi,
                        .security_condition = 0x00,
                        .content = card_access(pace_domain)});
  return card;
}

Result<ReferenceCard> make_reference_card(std::uint8_t pace_domain) {
  base::SystemRng rng;
  const base::SystemClock clock;
  CICADA_TRY(auto country,
             pki::create_test_country({.algorithm = pki::KeyAlgorithm::rsa_2048, .document_types = {"P"}}, rng, clock));
  std::map<Ef, Bytes> files;
  CICADA_TRY(files[Ef::dg1], lds::build_dg1(holder()));
  CICADA_TRY(files[Ef::dg2], dg2());
  CICADA_TRY(files[Ef::dg13], dg13());
  files[Ef::dg14] = dg14(pace_domain);
  // 60 { 5F01 0107, 5F36 040000, 5C 61 75 6D 6E } is 24 octets.
  files[Ef::com] = lds::build_com({.tags = {0x61, 0x75, 0x6D, 0x6E}, .unknown = {}});
  CICADA_TRY(files[Ef::sod], sod_to_measure(files, country));
  CICADA_TRY(auto zone, lds::build_mrz(holder()));
  CICADA_TRY(auto information, lds::mrz_information(holder()));
  return ReferenceCard{.files = std::move(files),
                       .mrz = std::move(zone),
                       .mrz_information = std::move(information),
                       .country = std::move(country),
                       .pace_domain = pace_domain};
}

}  // namespace cicada::tests

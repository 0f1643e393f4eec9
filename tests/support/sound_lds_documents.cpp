// Three documents with which every check is content.
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "lds_document_parts.h"

namespace cicada::tests {

namespace oids = asn1::oids;
namespace openssl = crypto::openssl;
using namespace base::literals;

namespace {

constexpr std::string_view kPassport =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
constexpr std::string_view kIdentityCard =
    "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
constexpr std::string_view kResidenceCard = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6";

constexpr std::uint32_t kBrainpoolP256r1 = 13;
constexpr std::uint32_t kP256 = 12;
constexpr std::uint32_t kOwnParameters = 32;

Bytes number(std::uint32_t value) {
  return asn1::encode_integer(value);
}

SignedDataRecipe signed_data(const asn1::Oid& content_type) {
  SignedDataRecipe recipe;
  recipe.version = number(3);
  recipe.digest_algorithms = {sha256_der()};
  recipe.content_type = content_type;
  recipe.signer_version = number(1);
  recipe.digest_algorithm = sha256_der();
  return recipe;
}

LdsDocument bare(DocumentKind kind, std::string_view mrz, const openssl::PrivateKey& ds_key, Scheme scheme,
                 const std::string& type) {
  LdsDocument made;
  made.kind = kind;
  made.csca_key = &csca_test_key();
  made.ds_key = &ds_key;
  made.ds_scheme = scheme;
  made.csca = csca_recipe();
  made.ds = signer_recipe(ds_key, type);
  made.printed_mrz = mrz;
  made.files[File::dg1] = dg1(mrz);
  made.security_object.version = number(0);
  made.security_object.hash_algorithm = sha256_der();
  made.sod = signed_data(oids::kLdsSecurityObject);
  return made;
}

/// The chip's key as DG14 and EF.CardSecurity have it.
Bytes chip_key_info(ByteView key_number) {
  return info(oids::kIdPkEcdh, public_key_der(chip_test_key()), key_number);
}

LdsDocument passport() {
  auto made = bare(DocumentKind::passport, kPassport, ec_test_key(), Scheme::ecdsa_sha256, "P");
  const auto generic = info(oids::kPaceEcdhGmAes128, number(2), number(kBrainpoolP256r1));
  const auto cam = info(oids::kPaceEcdhCamAes128, number(2), number(kBrainpoolP256r1));
  auto& files = made.files;
  files[File::card_access] = set_of({generic, cam});
  files[File::dg2] = dg2_19794();
  files[File::dg3] = dg3_19794();
  files[File::dg4] = dg4_19794();
  files[File::dg11] = dg11();
  files[File::dg12] = dg12();
  const auto where = sequence({asn1::encode_octet_string("011C"_hex), asn1::encode_octet_string("1C"_hex)});
  files[File::dg14] =
      asn1::encode_tlv(0x6E, set_of({generic, cam, chip_key_info({}), info(oids::kCaEcdhAes128, number(1)),
                                     info(oids::kIdTa, number(1), where),
                                     info(oids::kAaProtocolObject, number(1), oids::kEcdsaPlainSha256.der())}));
  files[File::dg15] = asn1::encode_tlv(0x6F, public_key_der(ec_test_key()));
  files[File::com] = com({0x61, 0x75, 0x63, 0x76, 0x6B, 0x6C, 0x6E, 0x6F});
  files[File::atr_info] = atr_info();
  files[File::cvca] = cvca_file();
  made.card_security_infos = {generic, cam, chip_key_info(number(kBrainpoolP256r1))};
  made.card_security = signed_data(oids::kSecurityObject);
  return made;
}

LdsDocument identity_card() {
  auto made = bare(DocumentKind::identity_card, kIdentityCard, ec_test_key(), Scheme::ecdsa_sha256, "I");
  auto& files = made.files;
  const auto integrated = info(oids::kPaceEcdhImAes256, number(2), number(kP256));
  files[File::card_access] = set_of({integrated});
  files[File::dg2] = dg2_39794();
  files[File::dg3] = dg3_39794();
  files[File::dg4] = dg4_39794();
  files[File::dg15] = asn1::encode_tlv(0x6F, public_key_der(rsa_test_key()));
  const auto second = info(
      oids::kIdPkEcdh, asn1::encode_standardized_public_key_info(kP256, ec_test_key().ec()->public_point()), number(2));
  files[File::dg14] = asn1::encode_tlv(
      0x6E, set_of({integrated, chip_key_info(number(1)), info(oids::kCaEcdhAes128, number(1), number(1)), second,
                    info(oids::kCaEcdhAes256, number(1), number(2))}));
  files[File::com] = com({0x75, 0x61, 0x63, 0x76, 0x6E, 0x6F});
  made.security_object.version = number(1);
  made.security_object.version_info = sequence({asn1::encode_string(asn1::tags::kPrintableString, "0108"),
                                                asn1::encode_string(asn1::tags::kPrintableString, "040000")});
  made.sod.by_key_identifier = true;
  made.sod.signer_version = number(3);
  return made;
}

Bytes dh_key() {
  const auto group = must(openssl::ModpGroup::create(openssl::Modp::modp_2048_256));
  const auto value = must(group.power_of_generator("0123456789ABCDEF0123456789ABCDEF"_hex));
  return asn1::encode_dh_public_key_info({.p = group.prime(), .g = group.generator(), .q = group.order()}, value);
}

LdsDocument residence_card() {
  auto made = bare(DocumentKind::residence_card, kResidenceCard, rsa_test_key(), Scheme::rsa_pss_sha256, "I");
  auto& files = made.files;
  const auto pace = info(oids::kPaceEcdhGmAes128, number(2), number(kOwnParameters));
  const auto algorithm = must(asn1::parse_public_key_info(public_key_der(ec_test_key()))).algorithm;
  const auto parameters = info(oids::kPaceEcdhGm, asn1::encode(algorithm), number(kOwnParameters));
  files[File::card_access] = set_of({pace, parameters});
  files[File::dg2] = dg2_19794();
  files[File::dg3] = base::concat({"63 1B 7F61 03 02 01 00 53 13"_hex, Bytes(19, 0x5A)});
  files[File::dg14] = asn1::encode_tlv(
      0x6E, set_of({pace, parameters, info(oids::kIdPkDh, dh_key()), info(oids::kCaDhAes128, number(1))}));
  files[File::com] = com({0x61, 0x75, 0x63, 0x6E});
  return made;
}

}  // namespace

LdsDocument sound_document(DocumentKind kind) {
  switch (kind) {
    case DocumentKind::passport: return passport();
    case DocumentKind::identity_card: return identity_card();
    case DocumentKind::residence_card: break;
  }
  return residence_card();
}

std::vector<std::string_view> profiles_of(DocumentKind kind) {
  switch (kind) {
    case DocumentKind::passport:
      return {"ICAO",     "PACE", "PACE-GM", "PACE-CAM", "PACE-ECDH", "CA",    "CA-ECDH", "TA",      "AA",
              "AA-ECDSA", "DG3",  "DG4",     "DG11",     "DG12",      "EFATR", "19794-4", "19794-5", "19794-6"};
    case DocumentKind::identity_card:
      return {"ICAO",   "PACE", "PACE-IM", "PACE-ECDH", "CA",      "CA-ECDH", "AA",
              "AA-RSA", "DG3",  "DG4",     "39794-4",   "39794-5", "39794-6"};
    case DocumentKind::residence_card: break;
  }
  return {"ICAO", "PACE", "PACE-GM", "PACE-ECDH", "CA", "CA-DH", "DG3", "19794-4", "19794-5"};
}

}  // namespace cicada::tests

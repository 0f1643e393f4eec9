// From a record, a profile and the keys of a chip to files that are signed.
#include "cicada/asn1/cms.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/crypto/openssl/rsa.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/lds/atr_info.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg11.h"
#include "cicada/host/lds/dg12.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "cicada/host/lds/dg3.h"
#include "cicada/host/lds/dir.h"
#include "cicada/host/lds/sod.h"
#include "cicada/host/pki/test_country.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::issuance;
using base::Bytes;
using base::ByteView;
using base::Fault;
using crypto::openssl::Curve;
using host::lds::Ef;
using host::perso::ChipKeys;
using host::perso::Profile;
namespace lds = cicada::host::lds;
namespace pki = cicada::host::pki;

namespace {

const base::FixedClock kClock{test::day(2026, 7, 1)};

CheckedDossier dossier() {
  const test::PortraitFolder folder;
  auto result = check(test::good_dossier(), folder.context());
  CHECK(result.dossier.has_value());
  return std::move(*result.dossier);
}

SodSigner signer() {
  base::SystemRng rng;
  const auto country = pki::create_test_country({}, rng, kClock);
  auto made = SodSigner::create(pki::document_signer(country.value()).value());
  CHECK_OK(made);
  return std::move(*made);
}

void add(Profile& profile, const char* name, const char* df, std::uint16_t fid, const char* content) {
  profile.files.push_back({.name = name,
                           .df = df,
                           .fid = fid,
                           .sfi = static_cast<std::uint8_t>(fid & 0x1FU),
                           .content = content,
                           .fixed = {},
                           .max = {},
                           .read = host::perso::AccessRule::access});
}

/// The protocols of a CCCD (EF.CardAccess of 54 octets).
Profile cccd() {
  Profile profile{.name = "test",
                  .description = "",
                  .dialect = "cicada-1",
                  .applications = {{.name = "LDS1", .aid = "A0000002471001"_hex, .fid = 0xDF01}}};
  profile.bac_keys = profile.pace_mrz = profile.pace_can = true;
  profile.pace = {{.name = "ECDH-GM-AES-128", .oid = "04007F00070202040202"_hex, .domain = 13}};
  profile.active_authentication = {.bits = 2048, .domain = 0, .hash = 3};
  profile.chip_authentication = {
      {.domain = 13, .key_id = {}, .names = {"ECDH-AES-128"}, .oids = {"04007F00070202030202"_hex}}};
  profile.terminal_authentication = {.cvca_file = "EF.CVCA"};
  add(profile, "EF.CardAccess", "MF", 0x011C, "ef-cardaccess");
  add(profile, "EF.COM", "LDS1", 0x011E, "ef-com");
  add(profile, "EF.SOD", "LDS1", 0x011D, "ef-sod");
  add(profile, "EF.CVCA", "LDS1", 0x011C, "ef-cvca");
  for (const auto* group : {"dg1", "dg2", "dg3", "dg13", "dg14", "dg15"}) add(profile, group, "LDS1", 0x0101, group);
  return profile;
}

Bytes a_point(Curve curve) {
  return crypto::openssl::EcPrivateKey::generate(curve)->public_point();
}

ChipKeys keys() {
  const auto rsa = crypto::openssl::RsaPrivateKey::generate(2048);
  ChipKeys keys;
  keys.active = {.modulus = rsa->modulus(), .exponent = rsa->exponent(), .value = {}};
  keys.chip = {{.modulus = {}, .exponent = {}, .value = a_point(Curve::brainpool_p256r1)}};
  return keys;
}

asn1::SecurityInfos infos_of_dg14(const CardJob& job) {
  const auto dg14 = lds::parse_dg14(job.files.at(Ef::dg14));
  CHECK_OK(dg14);
  auto infos = asn1::parse_security_infos(dg14->security_infos);
  CHECK_OK(infos);
  CHECK(infos->deviations.empty());
  return std::move(*infos);
}

}  // namespace

TEST_GROUP(ProfileFiles) {
  base::ReplayRng rng{1};
  CardJob completed(const Profile& profile, const ChipKeys& chip) {
    auto job = prepare_files(dossier(), profile, rng);
    CHECK_OK(job);
    CHECK_OK(complete_files(*job, profile, chip, signer()));
    return std::move(*job);
  }
};

TEST(ProfileFiles, have_the_card_access_that_the_field_reports) {
  const auto job = prepare_files(dossier(), cccd(), rng);
  CHECK_OK(job);
  CHECK_BYTES(
      "3134300D060804007F0007020202020101300F060A04007F000702020302020201013012060A04007F0007020204020202010202010D"_hex,
      job->files.at(Ef::card_access));
}

TEST(ProfileFiles, wait_for_the_chip_where_its_keys_go_in) {
  const auto job = prepare_files(dossier(), cccd(), rng);
  CHECK_OK(job);
  for (const auto ef : {Ef::dg14, Ef::dg15, Ef::com, Ef::sod, Ef::cvca}) CHECK(!job->files.contains(ef));
  for (const auto ef : {Ef::dg1, Ef::dg2, Ef::dg3, Ef::dg13, Ef::card_access}) CHECK(job->files.contains(ef));
}

TEST(ProfileFiles, carry_the_public_halves_of_the_chip_and_the_protocols_again) {
  const auto chip = keys();
  const auto job = completed(cccd(), chip);
  const auto signed_infos = infos_of_dg14(job);
  const auto card_access = asn1::parse_security_infos(job.files.at(Ef::card_access));
  CHECK_OK(card_access);
  CHECK(asn1::missing_from(*card_access, signed_infos).empty());
  LONGS_EQUAL(4, signed_infos.entries.size());
  const auto found = signed_infos.all<asn1::ChipAuthenticationPublicKeyInfo>();
  LONGS_EQUAL(1, found.size());
  CHECK(found[0].entry->protocol == asn1::oids::kIdPkEcdh);
  CHECK(!found[0].info->key_id);
  const auto numbers = asn1::parse_ec_public_key(found[0].info->public_key);
  CHECK_OK(numbers);
  CHECK_BYTES(chip.chip[0].value, numbers->point);
  CHECK(numbers->parameters.has_value());

  const auto dg15 = lds::parse_dg15(job.files.at(Ef::dg15));
  CHECK_OK(dg15);
  const auto rsa = asn1::parse_rsa_public_key(*asn1::parse_public_key_info(dg15->public_key_info));
  CHECK_OK(rsa);
  CHECK_BYTES(chip.active->modulus, rsa->modulus);
}

TEST(ProfileFiles, are_signed_after_all_of_them_are_there) {
  const auto job = completed(cccd(), keys());
  const auto sod = lds::unwrap_sod(job.files.at(Ef::sod));
  CHECK_OK(sod);
  const auto cms = asn1::parse_signed_data(sod->cms);
  CHECK_OK(cms);
  const auto object = asn1::parse_lds_security_object(*cms->content);
  CHECK_OK(object);
  std::string groups;
  for (const auto& group : object->data_groups) {
    groups += std::to_string(group.number) + " ";
    const auto ef = *lds::data_group(group.number);
    CHECK_BYTES(*crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, job.files.at(ef)), group.hash);
  }
  CHECK_STRING("1 2 3 13 14 15 ", groups);
  const auto com = lds::parse_com(job.files.at(Ef::com));
  CHECK_OK(com);
  LONGS_EQUAL(6, com->tags.size());
}

TEST(ProfileFiles, have_a_dg3_without_fingers_and_without_a_constant_hash) {
  const auto profile = cccd();
  const auto once = prepare_files(dossier(), profile, rng)->files.at(Ef::dg3);
  const auto twice = prepare_files(dossier(), profile, rng)->files.at(Ef::dg3);
  CHECK(once != twice);
  const auto dg3 = lds::parse_dg3(once);
  CHECK_OK(dg3);
  CHECK(dg3->templates.empty());
  CHECK(dg3->deviations.empty());
}

TEST(ProfileFiles, of_a_chip_with_ecdsa_and_diffie_hellman_say_so) {
  auto profile = cccd();
  profile.active_authentication = {.bits = 0, .domain = 12, .hash = 3};
  profile.chip_authentication = {
      {.domain = 2, .key_id = 7, .names = {"DH-AES-128"}, .oids = {"04007F00070202030102"_hex}}};
  const auto group = crypto::openssl::ModpGroup::create(crypto::openssl::Modp::modp_2048_256);
  CHECK_OK(group);
  ChipKeys chip;
  chip.active = {.modulus = {}, .exponent = {}, .value = a_point(Curve::p256)};
  chip.chip = {{.modulus = {}, .exponent = {}, .value = *group->power_of_generator(Bytes(32, 0x55))}};
  const auto infos = infos_of_dg14(completed(profile, chip));
  const auto active = infos.all<asn1::ActiveAuthenticationInfo>();
  LONGS_EQUAL(1, active.size());
  CHECK(active[0].info->signature_algorithm == asn1::oids::kEcdsaPlainSha256);
  const auto key = infos.all<asn1::ChipAuthenticationPublicKeyInfo>();
  CHECK(key[0].entry->protocol == asn1::oids::kIdPkDh);
  LONGS_EQUAL(7, *key[0].info->key_id);
  LONGS_EQUAL(7, *infos.all<asn1::ChipAuthenticationInfo>()[0].info->key_id);
}

TEST(ProfileFiles, of_the_master_file_are_signed_too) {
  auto profile = cccd();
  add(profile, "EF.CardSecurity", "MF", 0x011D, "ef-cardsecurity");
  add(profile, "EF.DIR", "MF", 0x2F00, "ef-dir");
  add(profile, "EF.ATR/INFO", "MF", 0x2F01, "ef-atr-info");
  const auto job = completed(profile, keys());
  const auto cms = asn1::parse_signed_data(job.files.at(Ef::card_security));
  CHECK_OK(cms);
  CHECK(cms->content_type == asn1::oids::kSecurityObject);
  const auto infos = asn1::parse_security_infos(*cms->content);
  CHECK_OK(infos);
  CHECK(asn1::missing_from(*asn1::parse_security_infos(job.files.at(Ef::card_access)), *infos).empty());
  const auto dir = infos->all<asn1::EfDirInfo>();
  LONGS_EQUAL(1, dir.size());
  CHECK_BYTES(job.files.at(Ef::dir), dir[0].info->ef_dir);
  CHECK_BYTES("A0000002471001"_hex, lds::parse_dir(job.files.at(Ef::dir))->at(0).aid);
  CHECK(lds::parse_atr_info(job.files.at(Ef::atr_info))->extended_length());
  // The master file's files are no data groups.
  LONGS_EQUAL(6, lds::parse_com(job.files.at(Ef::com))->tags.size());
}

TEST(ProfileFiles, are_not_signed_over_keys_that_are_not_those_of_the_profile) {
  const auto profile = cccd();
  const auto fails = [&](const ChipKeys& chip) {
    auto job = prepare_files(dossier(), profile, rng);
    CHECK_OK(job);
    CHECK(!complete_files(*job, profile, chip, signer()));
    CHECK(!job->files.contains(Ef::sod));
  };
  fails({});
  auto chip = keys();
  chip.active.reset();
  fails(chip);
  chip = keys();
  chip.active->modulus.resize(128);
  fails(chip);
  chip = keys();
  chip.chip.clear();
  fails(chip);
  chip = keys();
  chip.chip[0].value = a_point(Curve::p256);  // of another curve
  fails(chip);
  chip = keys();
  chip.chip[0].value.back() ^= 1U;
  fails(chip);
}

TEST(ProfileFiles, take_the_can_from_where_the_profile_says) {
  auto profile = cccd();
  CHECK_STRING("981207", prepare_files(dossier(), profile, rng)->can);
  profile.can = host::perso::CanRule::random;
  const auto can = prepare_files(dossier(), profile, rng)->can;
  LONGS_EQUAL(6, can.size());
  CHECK(can.find_first_not_of("0123456789") == std::string::npos);
  CHECK(can != prepare_files(dossier(), profile, rng)->can);
  profile.pace_can = false;
  CHECK_STRING("", prepare_files(dossier(), profile, rng)->can);
}

TEST(ProfileFiles, of_a_passport_tell_of_holder_and_document) {
  auto record = test::good_dossier();
  record.document_number = "C4981207";
  record.issue_date = "2024-03-11";
  record.expiry_date = "2034-03-11";
  record.birth_place = "Nam Định";
  const test::PortraitFolder folder;
  auto context = folder.context();
  context.passport = true;
  const auto result = check(record, context);
  CHECK_TEXT(result.dossier.has_value(), test::all_of(result.findings).c_str());
  auto profile = cccd();
  std::erase_if(profile.files, [](const auto& file) { return file.content == "dg13"; });
  add(profile, "DG11", "LDS1", 0x010B, "dg11");
  add(profile, "DG12", "LDS1", 0x010C, "dg12");
  const auto job = prepare_files(*result.dossier, profile, rng);
  CHECK_OK(job);
  LONGS_EQUAL(2, job->mrz.size());
  CHECK_STRING("PPVNMLE<<THE<KHOI<<<<<<<<<<<<<<<<<<<<<<<<<<<", job->mrz[0]);
  const auto dg1 = lds::parse_dg1(job->files.at(Ef::dg1));
  CHECK_OK(dg1);
  CHECK(dg1->mrz.checks_ok());
  CHECK_STRING("C4981207", dg1->mrz.fields.document_number);
  CHECK_STRING("036088981207", dg1->mrz.fields.optional_data);
  const auto dg11 = lds::parse_dg11(job->files.at(Ef::dg11));
  CHECK_OK(dg11);
  CHECK(dg11->deviations.empty());
  CHECK_STRING("Lê<<Thế<Khởi", *dg11->full_name);
  CHECK_STRING("036088981207", *dg11->personal_number);
  CHECK_STRING("19880613", dg11->birth_date->digits);
  CHECK_STRING("Nam Định", *dg11->birth_place);
  const auto dg12 = lds::parse_dg12(job->files.at(Ef::dg12));
  CHECK_OK(dg12);
  CHECK_STRING("20240311", dg12->issue_date->digits);
  CHECK(dg12->deviations.empty());
}

TEST(ProfileFiles, that_no_record_has_are_refused) {
  auto profile = cccd();
  add(profile, "DG4", "LDS1", 0x0104, "dg4");
  CHECK_FAULT(Fault::unsupported, prepare_files(dossier(), profile, rng));
}

TEST(ProfileFiles, are_called_as_profiles_call_them) {
  CHECK_STRING("dg1", content_name(Ef::dg1));
  CHECK_STRING("ef-cardaccess", content_name(Ef::card_access));
  CHECK_STRING("ef-atr-info", content_name(Ef::atr_info));
  for (const auto& name : host::perso::content_names()) {
    bool found = false;
    for (const auto& info : lds::all_files()) found = found || content_name(info.ef) == name;
    CHECK_TEXT(found, name.c_str());
  }
}

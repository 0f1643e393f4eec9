#include "cicada/host/issuance/prepare.h"

#include "cicada/asn1/cms.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/sod.h"
#include "cicada/host/pki/public_key.h"
#include "cicada/host/pki/test_country.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::base::Fault;
using cicada::host::lds::Ef;
using cicada::test::all_of;
namespace lds = cicada::host::lds;
namespace pki = cicada::host::pki;

namespace {

const base::FixedClock kClock{test::day(2026, 7, 1)};

pki::DocumentSigner document_signer(pki::KeyAlgorithm algorithm = pki::KeyAlgorithm::ecdsa_p256) {
  base::SystemRng rng;
  const auto country = pki::create_test_country({.algorithm = algorithm}, rng, kClock);
  return pki::document_signer(country.value()).value();
}

CheckedDossier checked(const Dossier& dossier) {
  const test::PortraitFolder folder;
  auto result = check(dossier, folder.context());
  CHECK_TEXT(result.dossier.has_value(), all_of(result.findings).c_str());
  return std::move(*result.dossier);
}

}  // namespace

TEST_GROUP(Prepare){};

TEST(Prepare, dg1_has_the_form_of_the_card) {
  const auto job = build_files(checked(test::good_dossier()), cccd_groups());
  CHECK_OK(job);
  LONGS_EQUAL(3, job->mrz.size());
  CHECK_STRING("IDVNM0889812071036088981207<<6", job->mrz[0]);
  CHECK_STRING("8806138M2806136VNM<<<<<<<<<<<8", job->mrz[1]);
  CHECK_STRING("LE<<THE<KHOI<<<<<<<<<<<<<<<<<<", job->mrz[2]);
  const auto dg1 = lds::parse_dg1(job->files.at(Ef::dg1));
  CHECK_OK(dg1);
  CHECK(dg1->mrz.checks_ok());
  CHECK_STRING(job->mrz[0] + job->mrz[1] + job->mrz[2], dg1->mrz.text);
  CHECK_STRING("088981207188061382806136", job->mrz_information);
  CHECK_STRING("036088981207", job->number);
}

TEST(Prepare, dg13_holds_all_sixteen_fields) {
  auto dossier = test::good_dossier();
  dossier.spouses = {"Bùi Thị Bưởi"};
  dossier.old_number = "161234567";
  const auto job = build_files(checked(dossier), cccd_groups());
  CHECK_OK(job);
  const auto dg13 = lds::parse_dg13(job->files.at(Ef::dg13));
  CHECK_OK(dg13);
  const auto& data = dg13->cccd.value();
  CHECK_STRING("036088981207", data.number);
  CHECK_STRING("Lê Thế Khởi", data.name);
  CHECK_STRING("13/06/1988", data.birth_date);
  CHECK_STRING("Nam", data.sex);
  CHECK_STRING("Việt Nam", data.nationality);
  CHECK_STRING("Kinh", data.ethnic_group);
  CHECK_STRING("Không", data.religion);
  CHECK_STRING(dossier.place_of_origin, data.place_of_origin);
  CHECK_STRING(dossier.residence, data.residence);
  CHECK_STRING(dossier.identifying_marks, data.identifying_marks);
  CHECK_STRING("04/10/2022", data.issue_date);
  CHECK_STRING("13/06/2028", data.expiry_date);
  CHECK_STRING("Lê Văn Thuần", data.father);
  CHECK_STRING("Bùi Thị Nhạn", data.mother);
  CHECK(data.spouses == dossier.spouses);
  CHECK_STRING("161234567", data.old_number);
  LONGS_EQUAL(16, data.chip_id.size());
  CHECK(dg13->deviations.empty() && dg13->unknown.empty());
}

TEST(Prepare, dg2_holds_the_stripped_portrait) {
  const auto dossier = checked(test::good_dossier());
  const auto job = build_files(dossier, cccd_groups());
  CHECK_OK(job);
  const auto dg2 = lds::parse_dg2(job->files.at(Ef::dg2));
  CHECK_OK(dg2);
  CHECK(dg2->deviations.empty());
  CHECK_BYTES(dossier.portrait.jpeg, dg2->portrait()->image);
  LONGS_EQUAL(480, dg2->portrait()->width);
  LONGS_EQUAL(1, dg2->portrait()->gender);
}

TEST(Prepare, a_card_without_expiry_says_so_in_both_groups) {
  auto dossier = test::good_dossier();
  dossier.birth_date = "1962-10-04";
  dossier.number = "036062981207";
  dossier.expiry_date = std::nullopt;
  const auto job = build_files(checked(dossier), cccd_groups());
  CHECK_OK(job);
  CHECK_STRING("9912315", job->mrz[1].substr(8, 7));
  CHECK_STRING("Không thời hạn", lds::parse_dg13(job->files.at(Ef::dg13))->cccd->expiry_date);
  CHECK(check_consistency(job->files.at(Ef::dg1), job->files.at(Ef::dg13)).empty());
}

TEST(Prepare, ef_com_lists_what_was_built) {
  const auto dossier = checked(test::good_dossier());
  const auto com = lds::parse_com(build_files(dossier, cccd_groups())->files.at(Ef::com));
  CHECK_OK(com);
  CHECK(com->data_groups() == (std::vector{Ef::dg1, Ef::dg2, Ef::dg13}));
  const std::vector few{Ef::dg1, Ef::dg2};
  const auto smaller = build_files(dossier, few);
  CHECK_OK(smaller);
  LONGS_EQUAL(3, smaller->files.size());
}

TEST(Prepare, other_groups_are_refused) {
  const auto dossier = checked(test::good_dossier());
  CHECK_FAULT(Fault::unsupported, build_files(dossier, std::vector{Ef::dg1, Ef::dg3}));
  CHECK_FAULT(Fault::bad_input, build_files(dossier, std::vector{Ef::dg1, Ef::dg1}));
}

TEST(Prepare, the_same_record_gives_the_same_groups) {
  const auto dossier = checked(test::good_dossier());
  CHECK(build_files(dossier, cccd_groups())->files == build_files(dossier, cccd_groups())->files);
}

TEST(Prepare, the_security_object_covers_every_group_and_verifies) {
  for (const auto algorithm :
       {pki::KeyAlgorithm::ecdsa_p256, pki::KeyAlgorithm::ecdsa_p384, pki::KeyAlgorithm::rsa_2048}) {
    const auto signer = SodSigner::create(document_signer(algorithm));
    CHECK_OK(signer);
    const auto job = prepare(checked(test::good_dossier()), *signer);
    CHECK_OK(job);
    const auto sod = lds::unwrap_sod(job->files.at(Ef::sod));
    CHECK_OK(sod);
    const auto message = asn1::parse_signed_data(sod->cms);
    CHECK_OK(message);
    LONGS_EQUAL(3, message->version);
    CHECK(message->content_type == asn1::oids::kLdsSecurityObject);
    LONGS_EQUAL(1, message->certificates.size());
    CHECK_BYTES(signer->certificate().der, message->certificates[0]);

    const auto object = asn1::parse_lds_security_object(message->content.value());
    CHECK_OK(object);
    LONGS_EQUAL(1, object->version);
    CHECK_STRING("0108", object->version_info->lds_version);
    LONGS_EQUAL(3, object->data_groups.size());
    const auto hash_algorithm = algorithm == pki::KeyAlgorithm::ecdsa_p384 ? crypto::openssl::HashAlgorithm::sha384
                                                                           : crypto::openssl::HashAlgorithm::sha256;
    for (const auto ef : cccd_groups()) {
      CHECK_BYTES(crypto::openssl::hash(hash_algorithm, job->files.at(ef)).value(),
                  *object->find(lds::data_group_number(ef)));
    }
    const auto& info = message->signer_infos.at(0);
    CHECK_BYTES(crypto::openssl::hash(hash_algorithm, *message->content).value(), info.message_digest.value());
    const auto key = pki::PublicKey::create(signer->certificate().public_key);
    CHECK_OK(key);
    const auto scheme = pki::signature_scheme(info.signature_algorithm);
    CHECK_OK(scheme);
    CHECK_OK(key->verify(*scheme, info.signed_attributes_to_hash(), info.signature));
  }
}

TEST(Prepare, a_key_of_another_certificate_is_refused) {
  auto one = document_signer();
  const auto other = document_signer();
  one.certificate = other.certificate;
  CHECK_FAULT(Fault::bad_input, SodSigner::create(std::move(one)));
}

TEST(Prepare, a_single_group_cannot_be_signed) {
  const auto signer = SodSigner::create(document_signer());
  CHECK_OK(signer);
  CHECK_FAULT(Fault::bad_input, prepare(checked(test::good_dossier()), *signer, std::vector{Ef::dg1}));
}

TEST_GROUP(Consistency) {
  CheckedDossier dossier;
  base::Bytes dg1;
  base::Bytes dg13;
  void setup() override {
    dossier = checked(test::good_dossier());
    const auto job = build_files(dossier, cccd_groups());
    CHECK_OK(job);
    dg1 = job->files.at(Ef::dg1);
    dg13 = job->files.at(Ef::dg13);
  }
  /// A DG13 of a record that was changed behind the back of DG1.
  static base::Bytes dg13_after(CheckedDossier changed) {
    return lds::build_dg13(dg13_of(changed).value()).value();
  }
  void disagrees(const char* field, const CheckedDossier& changed) const {
    const auto findings = check_consistency(dg1, dg13_after(changed));
    CHECK_TEXT(findings.size() == 1, all_of(findings).c_str());
    CHECK_STRING("C03", findings[0].rule);
    CHECK_STRING(field, findings[0].field);
    CHECK(findings[0].severity == Severity::reject);
  }
};

TEST(Consistency, C03_of_one_record_agrees) {
  CHECK(check_consistency(dg1, dg13).empty());
  CHECK(check_consistency(dg1, {}).empty());
}

TEST(Consistency, C03_every_difference_is_named) {
  auto changed = dossier;
  changed.birth_date = test::day(1988, 6, 14);
  disagrees("birth_date", changed);
  changed = dossier;
  changed.expiry_date.reset();
  disagrees("expiry_date", changed);
  changed = dossier;
  changed.sex_text = "N\u1EEF";
  disagrees("sex", changed);
  changed = dossier;
  changed.name = "Lê Thế Khôi Anh";
  disagrees("name", changed);
  changed = dossier;
  changed.number = "037088981207";
  disagrees("number", changed);
}

TEST(Consistency, C03_groups_that_cannot_be_read_back_do_not_pass) {
  CHECK(any_refusing(check_consistency(base::ByteView{dg1}.first(20), dg13)));
  CHECK(any_refusing(check_consistency(dg1, base::ByteView{dg13}.first(20))));
  CHECK(any_refusing(check_consistency(dg1, base::Bytes{0x6D, 0x00})));
  auto bad = dg1;
  bad[10] = bad[10] == '1' ? '2' : '1';
  CHECK(any_refusing(check_consistency(bad, dg13)));
}

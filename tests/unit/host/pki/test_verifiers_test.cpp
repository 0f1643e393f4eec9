#include "cicada/host/pki/test_verifiers.h"

#include <sys/stat.h>

#include "authority.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/master_list.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/file.h"
#include "cicada/host/pki/cv_store.h"
#include "cicada/host/pki/public_key.h"
#include "cicada/host/pki/trust_store.h"
#include "cv_test.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using asn1::CvRole;
using base::Fault;
using cicada::tests::TemporaryFolder;
using test::day;

namespace fs = std::filesystem;

namespace {

const base::FixedClock kClock{test::day(2026, 3, 15)};
const std::vector<std::string> kTrusted{"VNCVCATEST00001"};

struct Whole {
  TestCountry country;
  TestVerifiers verifiers;
  TestMasterList master_list;
};

Whole make(KeyAlgorithm algorithm = KeyAlgorithm::ecdsa_p256) {
  base::SystemRng rng;
  const TestCountryOptions options{.algorithm = algorithm};
  auto country = create_test_country(options, rng, kClock).value();
  auto verifiers = create_test_verifiers(options, kClock).value();
  auto list = create_test_master_list(options, country, rng, kClock).value();
  return {.country = std::move(country), .verifiers = std::move(verifiers), .master_list = std::move(list)};
}

base::Result<void> save_whole(const Whole& whole, const fs::path& dir) {
  return save(whole.country, whole.verifiers, whole.master_list, dir);
}

}  // namespace

TEST_GROUP(TestVerifiers) {
  TemporaryFolder folder;
  void put(const std::string& name, base::ByteView content) const {
    CHECK_OK(base::write_file(folder.path() / name, content));
  }
};

TEST(TestVerifiers, are_a_chain_that_opens_both_files) {
  for (const auto algorithm :
       {KeyAlgorithm::ecdsa_p256, KeyAlgorithm::ecdsa_brainpool_p384r1, KeyAlgorithm::rsa_2048}) {
    const auto made = create_test_verifiers({.algorithm = algorithm}, kClock);
    CHECK_OK(made);
    CHECK_OK(verify_self_signed(made->cvca));
    const auto result = verify_cv_chain(made->cvca, std::vector{made->dv, made->is}, day(2026, 3, 20));
    CHECK_OK(result);
    CHECK(result->authorization.allows(asn1::kRightDg3));
    CHECK(result->authorization.allows(asn1::kRightDg4));
    CHECK((made->cvca.expiration == day(2029, 3, 15)));
    CHECK((made->dv.expiration == day(2026, 6, 15)));
    CHECK((made->is.expiration == day(2026, 4, 15)));
    CHECK(made->dv.authorization.role() == CvRole::dv_domestic);
  }
  CHECK_FAULT(Fault::bad_input, create_test_verifiers({.country = "VNM"}, kClock));
}

TEST(TestVerifiers, come_with_a_master_list_whose_signer_has_the_profile) {
  const auto whole = make();
  const auto& signer = whole.master_list.signer;
  CHECK(signer.extended_key_usage()->value() == std::vector{asn1::oids::kMasterListSigningKey});
  CHECK(signer.find(asn1::oids::kExtendedKeyUsage)->critical);
  CHECK_OK(verify_signature(signer.signature_algorithm, whole.country.csca.public_key, signer.tbs, signer.signature));
  const auto message = asn1::parse_signed_data(whole.master_list.list);
  CHECK_OK(message);
  CHECK(message->content_type == asn1::oids::kCscaMasterList);
  LONGS_EQUAL(2, message->certificates.size());
  const auto& info = message->signer_infos.at(0);
  CHECK_BYTES(signer.subject_key_identifier()->value(), info.sid.subject_key_identifier);
  CHECK_OK(
      verify_signature(info.signature_algorithm, signer.public_key, info.signed_attributes_to_hash(), info.signature));
  CHECK(info.signing_time.has_value());
  const auto list = asn1::parse_master_list(*message->content);
  CHECK_OK(list);
  LONGS_EQUAL(1, list->certificates.size());
  CHECK_BYTES(whole.country.csca.der, list->certificates[0]);
}

TEST(TestVerifiers, lie_in_the_folder_of_the_country_with_their_keys_for_their_owner_only) {
  const auto whole = make();
  CHECK_OK(save_whole(whole, folder.path()));
  for (const char* name : {"cvca.key", "dv.key", "is.key", "mls.key", "csca.key", "ds.key"}) {
    struct stat info{};
    LONGS_EQUAL(0, ::stat((folder.path() / name).c_str(), &info));
    LONGS_EQUAL(0600, info.st_mode & 07777U);
  }
  CHECK_BYTES(whole.verifiers.is.der, base::read_file(folder.path() / "is.cvcert").value());
  CHECK_BYTES(whole.master_list.list, base::read_file(folder.path() / "master-list.ml").value());
  CHECK_OK(load_test_country(folder.path()));
  const auto trust = TrustStore::load(folder.path());
  CHECK_OK(trust);
  LONGS_EQUAL(1, trust->anchors().size());
}

TEST(TestVerifiers, are_never_written_over) {
  const auto whole = make();
  CHECK_OK(save_whole(whole, folder.path()));
  const auto again = save_whole(whole, folder.path());
  CHECK_FAULT(Fault::conflict, again);
  CHECK_STRING("the folder already holds a country", again.error().what.view());
  const TemporaryFolder other;
  CHECK_OK(base::write_file(other.path() / "is.key", base::as_bytes("mine")));
  CHECK_FAULT(Fault::conflict, save_whole(whole, other.path()));
  LONGS_EQUAL(1, std::distance(fs::directory_iterator{other.path()}, fs::directory_iterator{}));
}

TEST(TestVerifiers, are_found_by_a_terminal_that_asks_for_the_cards_key) {
  const auto whole = make();
  CHECK_OK(save_whole(whole, folder.path()));
  const auto store = CvStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(3, store->certificates().size());
  const auto terminal = store->terminal(kTrusted, day(2026, 3, 20));
  CHECK_OK(terminal);
  CHECK_STRING("VNCVCATEST00001", terminal->path.trust_point);
  LONGS_EQUAL(2, terminal->path.chain.size());
  CHECK_BYTES(whole.verifiers.dv.der, terminal->path.chain[0].der);
  CHECK_BYTES(whole.verifiers.is.der, terminal->path.chain[1].der);
  const auto message = base::to_bytes(base::as_bytes("challenge"));
  const auto signature = terminal->signer.sign(message);
  CHECK_OK(signature);
  const auto key = CvKey::create(whole.verifiers.is.public_key, crypto::openssl::Curve::p256);
  CHECK_OK(key->verify(message, *signature));
}

TEST(TestVerifiers, of_another_key_or_another_day_lead_nowhere) {
  CHECK_OK(save_whole(make(), folder.path()));
  const auto store = CvStore::load(folder.path());
  CHECK_FAULT(Fault::not_found, store->terminal(std::vector<std::string>{"DECVCA00001"}, day(2026, 3, 20)));
  CHECK_FAULT(Fault::not_found, store->terminal({}, day(2026, 3, 20)));
  CHECK_FAULT(Fault::not_found, store->terminal(kTrusted, day(2026, 4, 16)));
  CHECK_FAULT(Fault::not_found, store->terminal(kTrusted, day(2026, 3, 14)));
  fs::remove(folder.path() / "is.key");
  const auto keyless = store->terminal(kTrusted, day(2026, 3, 20));
  CHECK_FAULT(Fault::not_found, keyless);
  CHECK_STRING("the folder of the terminal has a chain for the card, but no key to it", keyless.error().what.view());
  fs::copy_file(folder.path() / "dv.key", folder.path() / "is.key");
  CHECK_FAULT(Fault::conflict, store->terminal(kTrusted, day(2026, 3, 20)));
}

TEST(TestVerifiers, reach_a_card_that_trusts_an_older_key_over_a_link) {
  const auto made = create_test_verifiers({}, kClock).value();
  const auto old_key = test::ec_signer(crypto::openssl::Curve::p256);
  auto old_terms = test::terms("VNCVCATEST00000", CvRole::cvca);
  const auto old_cvca = issue_self_signed(old_terms, old_key).value();
  auto link_terms = test::terms("VNCVCATEST00001", CvRole::cvca);
  link_terms.effective = day(2026, 3, 1);
  const auto link = issue_cv_certificate(link_terms, made.cvca.public_key, old_cvca, old_key).value();
  put("link.cvcert", link.der);
  put("dv.cvcert", made.dv.der);
  put("is.cvcert", made.is.der);
  const auto store = CvStore::load(folder.path());
  const auto paths = store->paths(std::vector<std::string>{"VNCVCATEST00000"}, day(2026, 3, 20));
  LONGS_EQUAL(1, paths.size());
  LONGS_EQUAL(3, paths[0].chain.size());
  CHECK_BYTES(link.der, paths[0].chain[0].der);
  // A card that has both keys gets the shorter way of its newest.
  const auto both = store->paths(std::vector<std::string>{"VNCVCATEST00001", "VNCVCATEST00000"}, day(2026, 3, 20));
  LONGS_EQUAL(2, both.size());
  LONGS_EQUAL(2, both[0].chain.size());
}

TEST(TestVerifiers, that_were_forged_are_not_shown_to_a_card) {
  const auto made = create_test_verifiers({}, kClock).value();
  auto forged = made.is.der;
  forged.back() ^= 1U;
  put("cvca.cvcert", made.cvca.der);
  put("dv.cvcert", made.dv.der);
  put("is.cvcert", forged);
  LONGS_EQUAL(0, CvStore::load(folder.path())->paths(kTrusted, day(2026, 3, 20)).size());
  // Without the CVCA's certificate nobody but the card can tell.
  fs::remove(folder.path() / "cvca.cvcert");
  LONGS_EQUAL(1, CvStore::load(folder.path())->paths(kTrusted, day(2026, 3, 20)).size());
}

TEST(TestVerifiers, in_circles_end) {
  // Two CVCAs that vouch for each other, many times.
  const auto a = test::ec_signer(crypto::openssl::Curve::p256);
  const auto b = test::ec_signer(crypto::openssl::Curve::p256);
  const auto a_cert = issue_self_signed(test::terms("VNA", CvRole::cvca), a).value();
  const auto b_cert = issue_self_signed(test::terms("VNB", CvRole::cvca), b).value();
  for (int i = 0; i < 8; ++i) {
    put("ab" + std::to_string(i) + ".cvcert",
        issue_cv_certificate(test::terms("VNB", CvRole::cvca), b.public_key(true), a_cert, a)->der);
    put("ba" + std::to_string(i) + ".cvcert",
        issue_cv_certificate(test::terms("VNA", CvRole::cvca), a.public_key(true), b_cert, b)->der);
  }
  const auto store = CvStore::load(folder.path());
  LONGS_EQUAL(0, store->paths(std::vector<std::string>{"VNA"}, day(2026, 3, 20)).size());
}

TEST(TestVerifiers, among_files_that_are_none_are_found_all_the_same) {
  CHECK_FAULT(Fault::not_found, CvStore::load(folder.path() / "nowhere"));
  CHECK_FAULT(Fault::not_found, CvStore::load(folder.path()));
  put("broken.cvcert", base::as_bytes("7F21"));
  put("notes.txt", base::as_bytes("mine"));
  CHECK_FAULT(Fault::not_found, CvStore::load(folder.path()));
  put("good.cvcert", create_test_verifiers({}, kClock)->dv.der);
  const auto store = CvStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(1, store->certificates().size());
  LONGS_EQUAL(1, store->skipped().size());
}

#include "cicada/host/pki/test_country.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "authority.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/file.h"
#include "cicada/host/pki/path.h"
#include "cicada/host/pki/trust_store.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using cicada::tests::TemporaryFolder;
namespace fs = std::filesystem;

namespace {
const base::FixedClock kClock{std::chrono::year{2026} / 3 / 1};

TestCountry make(TestCountryOptions options = {}) {
  base::SystemRng rng;
  auto made = create_test_country(options, rng, kClock);
  CHECK_OK(made);
  return *std::move(made);
}

std::string day(base::Instant instant) {
  return base::to_iso_date(base::date_of(instant));
}

std::string text_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<asn1::Oid> critical_of(const asn1::Certificate& certificate) {
  std::vector<asn1::Oid> oids;
  for (const auto& extension : certificate.extensions) {
    if (extension.critical) oids.push_back(extension.oid);
  }
  return oids;
}
}  // namespace

TEST_GROUP(TestCountry){};

TEST(TestCountry, HasACscaWithTheRootProfile) {
  const auto country = make();
  const auto& csca = country.csca;
  LONGS_EQUAL(3, csca.version);
  CHECK_STRING("C=VN, O=Cicada test country, CN=TEST CSCA VNM", csca.subject.to_string());
  CHECK_BYTES(csca.subject.der, csca.issuer.der);
  CHECK(csca.key_usage()->value() == asn1::KeyUsages({asn1::KeyUsage::key_cert_sign, asn1::KeyUsage::crl_sign}));
  CHECK(csca.basic_constraints()->value().ca);
  CHECK(csca.basic_constraints()->value().path_length == 0U);
  CHECK(csca.subject_key_identifier()->has_value());
  CHECK_BYTES(csca.find(asn1::oids::kSubjectAltName)->value, csca.find(asn1::oids::kIssuerAltName)->value);
  CHECK(csca.find(asn1::oids::kExtendedKeyUsage) == nullptr);
  CHECK(csca.find(asn1::oids::kDocumentTypeListExtension) == nullptr);
  LONGS_EQUAL(2, critical_of(csca).size());
  CHECK(csca.find(asn1::oids::kKeyUsage)->critical);
  CHECK(csca.find(asn1::oids::kBasicConstraints)->critical);
  const auto locations = *csca.crl_distribution_points();
  CHECK_STRING("http://crl.cicada.test/VNM.crl", locations->front());
}

TEST(TestCountry, HasADocumentSignerWithItsProfile) {
  const auto country = make();
  const auto& ds = country.ds;
  LONGS_EQUAL(3, ds.version);
  CHECK_BYTES(country.csca.subject.der, ds.issuer.der);
  CHECK(ds.key_usage()->value() == asn1::KeyUsages({asn1::KeyUsage::digital_signature}));
  CHECK(!ds.basic_constraints()->has_value());
  CHECK(ds.find(asn1::oids::kExtendedKeyUsage) == nullptr);
  CHECK_BYTES(country.csca.subject_key_identifier()->value(), ds.authority_key_identifier()->value().key_identifier);
  CHECK((ds.document_type_list()->value() == std::vector<std::string>{"ID", "PP"}));
  LONGS_EQUAL(1, critical_of(ds).size());
  bool has_state = false;
  const auto names = ds.subject_alt_name();
  for (const auto& name : **names) {
    has_state = has_state || (name.directory && name.directory->find(asn1::oids::kLocalityName) == "VNM");
  }
  CHECK(has_state);
}

TEST(TestCountry, OutlivesItsLastSignerAndEveryCardWithADate) {
  const auto country = make();
  CHECK_STRING("2026-03-01", day(country.csca.validity.not_before));
  CHECK_STRING("2053-06-01", day(country.csca.validity.not_after));
  CHECK_STRING("2031-03-01", day(*country.csca.private_key_usage_period()->value().not_after));
  CHECK_STRING("2048-06-01", day(country.ds.validity.not_after));
  CHECK_STRING("2026-06-01", day(*country.ds.private_key_usage_period()->value().not_after));
}

TEST(TestCountry, MadeOnTheLastDayOfAMonthHasDatesThatExist) {
  base::SystemRng rng;
  const base::FixedClock clock{std::chrono::year{2027} / 11 / 30};
  const auto country = create_test_country({}, rng, clock);
  CHECK_OK(country);
  CHECK_STRING("2028-02-29", day(*country->ds.private_key_usage_period()->value().not_after));
}

TEST(TestCountry, HasAnEmptyListForNinetyDays) {
  const auto country = make();
  LONGS_EQUAL(2, country.crl.version);
  LONGS_EQUAL(0, country.crl.revoked.size());
  CHECK_STRING("2026-05-30", day(*country.crl.next_update));
  CHECK_BYTES((base::Bytes{1}), country.crl.crl_number()->value());
  LONGS_EQUAL(2, country.crl.extensions.size());
}

TEST(TestCountry, GivesSerialNumbersThatArePositiveShortAndNeverTheSame) {
  const auto a = make();
  const auto b = make();
  for (const auto* serial : {&a.csca.serial, &a.ds.serial, &b.csca.serial, &b.ds.serial}) {
    CHECK(serial->size() <= 20);
    CHECK((serial->front() & 0x80U) == 0);
    CHECK(serial->front() != 0);
  }
  CHECK(!base::equal(a.csca.serial, a.ds.serial));
  CHECK(!base::equal(a.csca.serial, b.csca.serial));
}

TEST(TestCountry, PassesItsOwnPathValidationWithEveryAlgorithmAndForm) {
  for (const auto name : key_algorithm_names()) {
    for (const auto form : {EcParameterForm::explicit_parameters, EcParameterForm::named_curve}) {
      const bool is_rsa = name.starts_with("rsa");
      if (is_rsa && form == EcParameterForm::named_curve) continue;  // it has no curve, and its keys take their time
      const auto country = make({.algorithm = *key_algorithm_by_name(name), .ec_parameters = form});
      TrustStore store;
      CHECK_OK(store.add(country.csca));
      CHECK_OK(store.add(country.crl));
      const auto report = validate_path(store, {.signer = &country.ds,
                                                .at = kClock.now() + std::chrono::days{1},
                                                .signed_at = kClock.now() + std::chrono::hours{1},
                                                .issuing_state = "VNM",
                                                .document_code = "ID"});
      for (const auto* judgement : {&report.path, &report.validity, &report.revocation, &report.country}) {
        CHECK_TEXT(judgement->good(), (std::string{name} + ": " + judgement->reason).c_str());
      }
      const bool named = form == EcParameterForm::named_curve && !is_rsa;
      LONGS_EQUAL(named ? 1 : 0, report.path.deviations.size());
    }
  }
}

TEST(TestCountry, SaysExplicitParametersOrACurveNameAsAsked) {
  const auto explicit_country = make();
  const auto explicit_key = asn1::parse_ec_public_key(explicit_country.csca.public_key);
  CHECK(explicit_key->parameters.has_value());
  LONGS_EQUAL(1, explicit_key->parameters->cofactor);
  const auto named = make({.ec_parameters = EcParameterForm::named_curve});
  CHECK(asn1::parse_ec_public_key(named.csca.public_key)->named_curve.has_value());
}

TEST(TestCountry, RefusesCodesThatAreNone) {
  base::SystemRng rng;
  CHECK_FAULT(base::Fault::bad_input, create_test_country({.country = "vn"}, rng, kClock));
  CHECK_FAULT(base::Fault::bad_input, create_test_country({.country = "VNM"}, rng, kClock));
  CHECK_FAULT(base::Fault::bad_input, create_test_country({.state = "VN1"}, rng, kClock));
  CHECK_FAULT(base::Fault::bad_input, create_test_country({.country = "VN", .state = "LAO"}, rng, kClock));
  CHECK_FAULT(base::Fault::bad_input, create_test_country({.document_types = {}}, rng, kClock));
  CHECK_FAULT(base::Fault::bad_input, create_test_country({.document_types = {"IDX"}}, rng, kClock));
}

TEST(TestCountry, CanBeAnotherCountry) {
  const auto country = make({.country = "DE", .state = "D", .document_types = {"P"}});
  CHECK_STRING("DE", *country.ds.subject.country());
  CHECK_STRING("P", country.ds.document_type_list()->value().front());
}

TEST(TestCountry, NamesItsAlgorithmsAsTheCommandLineDoes) {
  CHECK(key_algorithm_by_name("ecdsa-p256") == KeyAlgorithm::ecdsa_p256);
  CHECK(key_algorithm_by_name("rsa-2048") == KeyAlgorithm::rsa_2048);
  CHECK(key_algorithm_by_name("ecdsa-brainpoolP256r1") == KeyAlgorithm::ecdsa_brainpool_p256r1);
  CHECK(!key_algorithm_by_name("rsa-1024"));
  CHECK(!key_algorithm_by_name(""));
}

TEST(TestCountry, ReadsBackWhatItWrote) {
  for (const auto algorithm : {KeyAlgorithm::ecdsa_p256, KeyAlgorithm::rsa_2048}) {
    const auto country = make({.algorithm = algorithm});
    const TemporaryFolder folder;
    const auto dir = folder.path() / "a" / "country";
    CHECK_OK(save(country, dir));
    const auto read = load_test_country(dir);
    CHECK_OK(read);
    CHECK_BYTES(country.csca.der, read->csca.der);
    CHECK_BYTES(country.ds.der, read->ds.der);
    CHECK_BYTES(country.crl.der, read->crl.der);
    CHECK_BYTES(country.transport_master_key.expose(), read->transport_master_key.expose());
    const auto signer = load_document_signer(dir);
    CHECK_OK(signer);
    const auto message = base::to_bytes(base::as_bytes("message"));
    const auto signature = signer->signer.sign(message);
    CHECK_OK(signature);
    CHECK_OK(verify_signature(signer->signer.signature_algorithm(), country.ds.public_key, message, *signature));
  }
}

TEST(TestCountry, KeepsKeysToTheirOwnerAndSaysThatTheyAreTestKeys) {
  const TemporaryFolder folder;
  CHECK_OK(save(make(), folder.path()));
  for (const char* key : {"csca.key", "ds.key", "transport-master.key"}) {
    struct stat info{};
    LONGS_EQUAL(0, ::stat((folder.path() / key).c_str(), &info));
    LONGS_EQUAL(0600, info.st_mode & 07777U);
    CHECK(text_of(folder.path() / key).find("TEST KEY") < 10);
  }
  CHECK(text_of(folder.path() / "README.txt").find("TEST COUNTRY") != std::string::npos);
  struct stat info{};
  LONGS_EQUAL(0, ::stat((folder.path() / "csca.crt").c_str(), &info));
  LONGS_EQUAL(0644, info.st_mode & 07777U);
}

TEST(TestCountry, IsTrustMaterialAsItLies) {
  const TemporaryFolder folder;
  CHECK_OK(save(make(), folder.path()));
  const auto store = TrustStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(1, store->anchors().size());
  LONGS_EQUAL(1, store->document_signers().size());
  LONGS_EQUAL(1, store->revocation_lists().size());
  LONGS_EQUAL(0, store->warnings().size());
}

TEST(TestCountry, IsNeverOverwritten) {
  const TemporaryFolder folder;
  CHECK_OK(save(make(), folder.path()));
  const auto before = text_of(folder.path() / "csca.key");
  const auto again = save(make(), folder.path());
  CHECK_FAULT(base::Fault::conflict, again);
  CHECK_STRING("the folder already holds a country", again.error().what.view());
  CHECK_STRING(before, text_of(folder.path() / "csca.key"));
}

TEST(TestCountry, DoesNotTouchASingleFileThatIsThereAlready) {
  for (const char* name : {"csca.crt", "csca.key", "ds.key", "transport-master.key", "README.txt"}) {
    const TemporaryFolder folder;
    folder.write(name, std::string{"mine"});
    const auto saved = save(make(), folder.path());
    CHECK_FAULT(base::Fault::conflict, saved);
    CHECK_STRING("mine", text_of(folder.path() / name));
    LONGS_EQUAL(1, std::distance(fs::directory_iterator{folder.path()}, fs::directory_iterator{}));
  }
}

TEST(TestCountry, MayLieBesideOtherFiles) {
  const TemporaryFolder folder;
  folder.write("notes.txt", std::string{"mine"});
  CHECK_OK(save(make(), folder.path()));
  CHECK_STRING("mine", text_of(folder.path() / "notes.txt"));
}

TEST(TestCountry, IsNotWrittenWhereAFileIs) {
  const TemporaryFolder folder;
  folder.write("taken", std::string{"mine"});
  const auto saved = save(make(), folder.path() / "taken");
  CHECK(!saved);
  CHECK_STRING("mine", text_of(folder.path() / "taken"));
}

TEST(TestCountry, LeavesNothingBehindWhenTheDiskIsFull) {
  // /dev/full takes no octet; a folder with it in the place of a file cannot be made, so a file system quota of our
  // own stands in: a limit on the size of any file that this process writes.
  const TemporaryFolder folder;
  const auto country = make();
  const auto dir = folder.path() / "country";
  const auto child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 400, .rlim_max = 400};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto saved = save(country, dir);
    ::_exit(saved ? 1 : 0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  LONGS_EQUAL(0, status);
  CHECK(!fs::exists(dir));
  CHECK(fs::is_empty(folder.path()));
}

TEST(TestCountry, WithAMissingFileNamesIt) {
  const TemporaryFolder folder;
  const auto dir = folder.path() / "country";
  CHECK_OK(save(make(), dir));
  const std::array cases = {
      std::pair{"csca.crt", "csca.crt is missing in the folder of the country"},
      std::pair{"ds.crt", "ds.crt is missing in the folder of the country"},
      std::pair{"csca.crl", "csca.crl is missing in the folder of the country"},
      std::pair{"csca.key", "csca.key is missing in the folder of the country"},
      std::pair{"ds.key", "ds.key is missing in the folder of the country"},
      std::pair{"transport-master.key", "transport-master.key is missing in the folder of the country"},
  };
  for (const auto& [name, reason] : cases) {
    fs::rename(dir / name, folder.path() / "aside");
    const auto loaded = load_test_country(dir);
    CHECK_FAULT(base::Fault::not_found, loaded);
    CHECK_STRING(reason, loaded.error().what.view());
    fs::rename(folder.path() / "aside", dir / name);
  }
  CHECK_FAULT(base::Fault::not_found, load_document_signer(folder.path() / "nowhere"));
}

TEST(TestCountry, IssuesWithoutTheKeyOfTheCsca) {
  const TemporaryFolder folder;
  CHECK_OK(save(make(), folder.path()));
  fs::remove(folder.path() / "csca.key");
  CHECK_OK(load_document_signer(folder.path()));
  CHECK_OK(load_transport_master_key(folder.path()));
}

TEST(TestCountry, RefusesAKeyThatIsNotTheCertificates) {
  const TemporaryFolder folder;
  CHECK_OK(save(make(), folder.path()));
  fs::copy_file(folder.path() / "csca.key", folder.path() / "ds.key", fs::copy_options::overwrite_existing);
  CHECK_FAULT(base::Fault::conflict, load_document_signer(folder.path()));
  CHECK_FAULT(base::Fault::conflict, load_test_country(folder.path()));
}

TEST(TestCountry, RefusesBrokenFiles) {
  const TemporaryFolder folder;
  CHECK_OK(save(make(), folder.path()));
  for (const char* key : {"", "# only a comment\n", "0123", "00112233445566778899AABBCCDDEEFF00",
                          "00112233445566778899AABBCCDDEEF", "0011223344556677889 9AABBCCDDEEXX"}) {
    folder.write("transport-master.key", std::string{key});
    CHECK_FAULT(base::Fault::malformed, load_transport_master_key(folder.path()));
  }
  folder.write("transport-master.key", std::string{"# comment with 00\n0011 2233 4455 6677\n8899aabbccddeeff # end"});
  CHECK_OK(load_transport_master_key(folder.path()));
  folder.write("ds.crt", std::string{"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"});
  CHECK(!load_document_signer(folder.path()));
}

TEST(TestCountry, TellsWhenItsSignerMaySign) {
  const auto signer = document_signer(make());
  CHECK_OK(signer);
  CHECK_OK(check_usable(*signer, kClock.now()));
  CHECK_OK(check_usable(*signer, kClock.now() + std::chrono::days{80}));
  CHECK_FAULT(base::Fault::conflict, check_usable(*signer, kClock.now() - std::chrono::seconds{1}));
  CHECK_FAULT(base::Fault::conflict, check_usable(*signer, kClock.now() + std::chrono::days{100}));
  CHECK_FAULT(base::Fault::conflict, check_usable(*signer, kClock.now() + std::chrono::days{6000}));
}

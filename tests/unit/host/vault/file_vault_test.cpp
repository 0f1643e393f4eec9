// Keys in the folder of a country.
#include "cicada/host/vault/file_vault.h"

#include <filesystem>

#include "authority.h"
#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/lds/sod.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::vault;
using base::Fault;
using cicada::tests::TemporaryFolder;
using host::issuance::CardJob;
using host::lds::Ef;
using host::perso::Profile;
namespace fs = std::filesystem;
namespace pki = cicada::host::pki;

namespace {

/// Stock OpenSSL reads named curves only.
const pki::TestCountryOptions kNamed{.ec_parameters = pki::EcParameterForm::named_curve};

void save_country(const fs::path& dir, bool line_keys = true) {
  base::SystemRng rng;
  CHECK_OK(pki::save(pki::create_test_country(kNamed, rng, base::SystemClock{}).value(), dir));
  if (line_keys) CHECK_OK(pki::save_line_keys(pki::create_line_keys(rng).value(), dir));
}

Profile profile() {
  Profile profile{.name = "test", .description = "", .dialect = "cicada-1", .applications = {}};
  for (const auto* content : {"dg1", "dg2", "ef-com", "ef-sod"}) {
    profile.files.push_back({.name = content, .df = "LDS1", .content = content, .fixed = {}, .max = {}});
  }
  return profile;
}

CardJob job() {
  CardJob job;
  job.number = "036088981207";
  job.files = {{Ef::dg1, "6100"_hex}, {Ef::dg2, "7500"_hex}};
  return job;
}

const host::gp::ChipSerial kSerial = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

}  // namespace

TEST_GROUP(FileVault) {
  TemporaryFolder folder;
  std::unique_ptr<Vault> opened(VaultSettings settings = {}) {
    auto vault = open_file_vault(folder.path(), std::move(settings));
    CHECK_OK(vault);
    return std::move(*vault);
  }
};

TEST(FileVault, derives_a_chips_transport_keys_from_the_master_key_of_the_folder) {
  save_country(folder.path());
  const auto keys = opened()->transport_keys(kSerial);
  CHECK_OK(keys);
  const auto master = host::gp::read_master_key(folder.path() / "transport-master.key").value();
  CHECK_BYTES(host::gp::diversify(master, kSerial)->k_mac.expose(), keys->k_mac.expose());
}

TEST(FileVault, gives_the_same_key_to_the_same_job_after_a_restart) {
  save_country(folder.path());
  const host::issuance::SealRun run = {7};
  const auto key = opened()->job_key("VN-1", 1, run).value();
  CHECK_BYTES(key.expose(), opened()->job_key("VN-1", 1, run)->expose());
  CHECK_FALSE(base::equal(key.expose(), opened()->job_key("VN-1", 2, run)->expose()));
  CHECK_FALSE(base::equal(key.expose(), opened()->job_key("VN-1", 1, {8})->expose()));
}

TEST(FileVault, seals_with_the_key_that_opens_the_job_and_begins_a_new_run_in_time) {
  save_country(folder.path());
  const auto vault = opened();
  std::map<host::issuance::SealRun, std::size_t> runs;
  for (std::size_t i = 0; i < kMaxRun + 1; ++i) {
    const auto sealing = vault->seal_key("VN-" + std::to_string(i), 1).value();
    if (runs[sealing.run]++ == 0) {
      CHECK_BYTES(opened()->job_key("VN-" + std::to_string(i), 1, sealing.run)->expose(), sealing.key.expose());
    }
  }
  LONGS_EQUAL(2, runs.size());
  for (const auto& [run, jobs] : runs) CHECK(jobs == 1 || jobs == kMaxRun);
  // Another process seals in a run of its own.
  CHECK_FALSE(runs.contains(opened()->seal_key("VN-1", 1)->run));
}

TEST(FileVault, does_not_open_with_keys_that_others_may_read) {
  save_country(folder.path());
  for (const auto* key : {"job-master.key", "transport-master.key", "ds.key"}) {
    for (const auto mode : {0644, 0640, 0602}) {
      fs::permissions(folder.path() / key, static_cast<fs::perms>(mode));
      const auto refused = open_file_vault(folder.path(), {});
      CHECK_FAULT(Fault::bad_input, refused);
      CHECK(refused.error().hint.view().starts_with("chmod 600"));
    }
    fs::permissions(folder.path() / key, fs::perms{0400});
    CHECK_OK(open_file_vault(folder.path(), {}));
  }
}

TEST(FileVault, signs_a_job_and_says_who_signed) {
  save_country(folder.path());
  auto signed_job = job();
  const auto name = opened()->complete(signed_job, profile(), {}, {});
  CHECK_OK(name);
  const auto country = pki::load_test_country(folder.path()).value();
  CHECK_STRING(base::to_hex(country.ds.serial), *name);
  CHECK(signed_job.files.contains(Ef::com));
  const auto sod = host::lds::unwrap_sod(signed_job.files.at(Ef::sod));
  CHECK_OK(sod);
  folder.write("sod.der", sod->cms);
  const auto command = "cd '" + folder.path().string() +
                       "' && openssl cms -verify -inform DER -in sod.der -CAfile csca.crt -purpose any -out /dev/null "
                       "2>/dev/null";
  LONGS_EQUAL(0, std::system(command.c_str()));
}

TEST(FileVault, signs_the_same_content_once) {
  save_country(folder.path());
  const auto vault = opened();
  auto first = job();
  auto second = job();
  auto other = job();
  other.files[Ef::dg1] = "610100"_hex;
  CHECK_OK(vault->complete(first, profile(), {}, {}));
  CHECK_OK(vault->complete(second, profile(), {}, {}));
  CHECK_OK(vault->complete(other, profile(), {}, {}));
  CHECK_BYTES(first.files.at(Ef::sod), second.files.at(Ef::sod));
  CHECK(first.files.at(Ef::sod) != other.files.at(Ef::sod));
}

TEST(FileVault, signs_nothing_for_a_station_that_lost_its_job) {
  save_country(folder.path());
  Grant asked;
  bool holds = false;
  const auto vault = opened({.holds = [&](const Grant& grant) {
    asked = grant;
    return base::Result<bool>{holds};
  }});
  auto waiting = job();
  CHECK_FAULT(Fault::conflict, vault->complete(waiting, profile(), {}, {.job = 7, .fence = 9, .dossier = "VN-1"}));
  CHECK_FALSE(waiting.files.contains(Ef::sod));
  LONGS_EQUAL(7, asked.job);
  LONGS_EQUAL(9, asked.fence);
  holds = true;
  CHECK_OK(vault->complete(waiting, profile(), {}, {}));
}

TEST(FileVault, signs_nothing_while_the_journal_is_away) {
  save_country(folder.path());
  const auto vault = opened({.holds = [](const Grant&) -> base::Result<bool> {
    return base::fail({.fault = Fault::transport, .what = "away"});
  }});
  auto waiting = job();
  CHECK_FAULT(Fault::transport, vault->complete(waiting, profile(), {}, {}));
  CHECK_FALSE(waiting.files.contains(Ef::sod));
}

TEST(FileVault, uses_every_signer_of_the_folder) {
  save_country(folder.path());
  // A second signer of the same CSCA, which takes over when the first one's three months are over.
  auto country = pki::load_test_country(folder.path()).value();
  const pki::Signer csca{std::move(country.csca_key)};
  auto key = pki::generate_key(pki::KeyAlgorithm::ecdsa_p256).value();
  const auto pem = key.to_pem().value();
  const pki::Signer signer{std::move(key)};
  const auto now = base::SystemClock{}.now();
  auto extensions = country.ds.extensions;
  tests::put(extensions, asn1::make_subject_key_identifier(tests::key_id(signer)));
  tests::put(
      extensions,
      asn1::make_private_key_usage_period({.not_before = now, .not_after = now + std::chrono::days{200}}).value());
  const auto second = tests::issue({.serial = {0x77},
                                    .signature_algorithm = {},
                                    .issuer = country.ds.issuer.der,
                                    .validity = country.ds.validity,
                                    .subject = country.ds.subject.der,
                                    .public_key = signer.public_key_info(pki::EcParameterForm::named_curve).value(),
                                    .extensions = extensions},
                                   csca);
  folder.write("ds-2.crt", asn1::encode_pem("CERTIFICATE", second.der));
  folder.write("ds-2.key", pem.expose());
  const auto clock = std::make_shared<base::FixedClock>(now);
  const auto vault = opened({.clock = clock});
  auto one = job();
  CHECK_STRING(base::to_hex(country.ds.serial), vault->complete(one, profile(), {}, {}).value());
  clock->advance(std::chrono::days{120});
  auto two = job();
  CHECK_STRING("77", vault->complete(two, profile(), {}, {}).value());
  clock->advance(std::chrono::days{120});
  auto three = job();
  CHECK_FAULT(Fault::conflict, vault->complete(three, profile(), {}, {}));
}

TEST(FileVault, does_not_open_without_the_keys_of_a_line) {
  save_country(folder.path(), false);
  const auto vault = open_file_vault(folder.path(), {});
  CHECK_FAULT(Fault::not_found, vault);
  CHECK_STRING("cicada pki add-line-keys DIR makes what a line needs", vault.error().hint.view());
}

TEST(FileVault, does_not_open_when_a_master_key_was_exchanged) {
  save_country(folder.path());
  folder.write("transport-master.key", std::string{"404142434445464748494A4B4C4D4E4F\n"});
  const auto vault = open_file_vault(folder.path(), {});
  CHECK_FAULT(Fault::security, vault);
  CHECK(vault.error().what.view().starts_with("K03"));
}

TEST(FileVault, does_not_open_when_a_signers_key_is_not_there_or_another) {
  save_country(folder.path());
  fs::copy_file(folder.path() / "csca.key", folder.path() / "ds.key", fs::copy_options::overwrite_existing);
  CHECK_FAULT(Fault::bad_input, open_file_vault(folder.path(), {}));
  fs::remove(folder.path() / "ds.key");
  CHECK_FAULT(Fault::not_found, open_file_vault(folder.path(), {}));
  fs::remove(folder.path() / "ds.crt");
  CHECK_FAULT(Fault::bad_input, open_file_vault(folder.path(), {}));
}

TEST(FileVault, does_not_open_a_folder_that_is_not_there) {
  CHECK_FAULT(Fault::not_found, open_file_vault(folder.path() / "nowhere", {}));
}

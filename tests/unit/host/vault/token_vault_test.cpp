// Keys in a token: the same answers as keys in files, and every way in which a token is not what the file says.
#include "cicada/host/vault/token_vault.h"

#include <cstdlib>
#include <fstream>

#include "authority.h"
#include "cicada/base/file.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "soft_token.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::vault;
using base::Fault;
using cicada::tests::SoftToken;
using cicada::tests::TemporaryFolder;
using host::issuance::CardJob;
using host::lds::Ef;
using host::perso::Profile;
namespace fs = std::filesystem;
namespace pki = cicada::host::pki;

namespace {

const host::gp::ChipSerial kSerial = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

Profile profile() {
  Profile profile{.name = "test", .description = "", .dialect = "cicada-1", .applications = {}};
  for (const auto* content : {"dg1", "dg2", "ef-com", "ef-sod"}) {
    profile.files.push_back({.name = content, .df = "LDS1", .content = content, .fixed = {}, .max = {}});
  }
  return profile;
}

CardJob job() {
  CardJob job;
  job.files = {{Ef::dg1, "6100"_hex}, {Ef::dg2, "7500"_hex}};
  return job;
}

std::string hex_file(const fs::path& file) {
  return base::to_hex(pki::load_key_check_value(file).value());
}

}  // namespace

TEST_GROUP(TokenVault) {
  SoftToken soft;
  TemporaryFolder folder;
  fs::path country = folder.path() / "pki";

  /// A country in files, and the same keys in the token.
  void setup_country(pki::KeyAlgorithm algorithm = pki::KeyAlgorithm::ecdsa_p256) {
    base::SystemRng rng;
    const auto made = pki::create_test_country(
        {.algorithm = algorithm, .ec_parameters = pki::EcParameterForm::named_curve}, rng, base::SystemClock{});
    CHECK_OK(pki::save(made.value(), country));
    CHECK_OK(pki::save_line_keys(pki::create_line_keys(rng).value(), country));
    soft.import_pair("ds-1", "01", made->ds_key.to_pem()->expose());
    soft.import_pair("other", "02", made->csca_key.to_pem()->expose());
    soft.import_aes("transport-master", "11", made->transport_master_key.expose());
    soft.import_aes("job-master", "12", pki::load_job_master_key(country)->expose());
  }
  std::string text() {
    return "[token]\nmodule = \"" + SoftToken::module().string() + "\"\nlabel = \"" + SoftToken::kLabel +
           "\"\npin-file = \"" + soft.pin_file().string() + "\"\nsessions = 2\ndeadline-ms = 20000\n" +
           "[master-keys]\ntransport = \"transport-master\"\ntransport-check = \"" +
           hex_file(country / "transport-master.kcv") + "\"\njob = \"job-master\"\njob-check = \"" +
           hex_file(country / "job-master.kcv") + "\"\n" +
           "[[document-signer]]\nkey = \"ds-1\"\ncertificate = \"pki/ds.crt\"\n" + "[country]\ntrust = \"pki\"\n";
  }
  base::Result<std::unique_ptr<Vault>> open(const std::string& configuration) {
    folder.write("token.toml", configuration);
    const auto loaded = load_token_configuration(folder.path() / "token.toml");
    if (!loaded) FAIL(loaded.error().text.c_str());
    return open_token_vault(*loaded, {});
  }
  static std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    CHECK(at != std::string::npos);
    return text.replace(at, what.size(), with);
  }
};

TEST(TokenVault, derives_the_keys_that_a_vault_of_files_derives) {
  setup_country();
  const auto in_token = open(text());
  CHECK_OK(in_token);
  const auto in_files = open_file_vault(country, {});
  CHECK_OK(in_files);
  const auto ours = (*in_token)->transport_keys(kSerial).value();
  const auto theirs = (*in_files)->transport_keys(kSerial).value();
  CHECK_BYTES(theirs.k_enc.expose(), ours.k_enc.expose());
  CHECK_BYTES(theirs.k_mac.expose(), ours.k_mac.expose());
  CHECK_BYTES(theirs.k_dek.expose(), ours.k_dek.expose());
  const auto sealing = (*in_token)->seal_key("VN-1", 7).value();
  CHECK_BYTES(sealing.key.expose(), (*in_files)->job_key("VN-1", 7, sealing.run)->expose());
  CHECK_BYTES(sealing.key.expose(), (*in_token)->job_key("VN-1", 7, sealing.run)->expose());
}

TEST(TokenVault, signs_what_openssl_verifies_and_the_same_content_once) {
  for (const auto algorithm : {pki::KeyAlgorithm::ecdsa_p256, pki::KeyAlgorithm::rsa_2048}) {
    if (algorithm == pki::KeyAlgorithm::rsa_2048) {
      fs::remove_all(country);
      static_cast<void>(soft.pkcs11_tool("--login --delete-object --type privkey --label ds-1"));
      static_cast<void>(soft.pkcs11_tool("--login --delete-object --type privkey --label other"));
      for (const auto* key : {"transport-master", "job-master"}) {
        static_cast<void>(soft.pkcs11_tool(std::string{"--login --delete-object --type secrkey --label "} + key));
      }
    }
    setup_country(algorithm);
    const auto vault = open(text());
    CHECK_OK(vault);
    auto first = job();
    auto second = job();
    const auto name = (*vault)->complete(first, profile(), {}, {});
    CHECK_OK(name);
    CHECK_OK((*vault)->complete(second, profile(), {}, {}));
    CHECK_BYTES(first.files.at(Ef::sod), second.files.at(Ef::sod));
    CHECK_STRING(base::to_hex(pki::load_test_country(country)->ds.serial), *name);
    folder.write("sod", first.files.at(Ef::sod));
    const auto judge = "cd '" + folder.path().string() +
                       "' && tail -c +5 sod >sod.der && openssl cms -verify -inform DER -in sod.der -CAfile "
                       "pki/csca.crt -purpose any -out /dev/null";
    CHECK(tests::output_of_shell(judge).find("successful") != std::string::npos);
  }
}

TEST(TokenVault, does_not_open_with_another_master_key) {
  setup_country();
  const auto exchanged = open(replaced(text(), "transport = \"transport-master\"", "transport = \"job-master\""));
  CHECK_FAULT(Fault::security, exchanged);
  CHECK(exchanged.error().what.view().starts_with("K03"));
  CHECK_FAULT(Fault::not_found, open(replaced(text(), "job = \"job-master\"", "job = \"nothing\"")));
}

TEST(TokenVault, does_not_open_with_a_key_that_is_not_the_certificates) {
  setup_country();
  CHECK_FAULT(Fault::security, open(replaced(text(), "key = \"ds-1\"", "key = \"other\"")));
  CHECK_FAULT(Fault::not_found, open(replaced(text(), "key = \"ds-1\"", "key = \"nobody\"")));
}

TEST(TokenVault, signs_with_the_algorithms_of_its_configuration) {
  setup_country();
  const auto vault = open(text() + "[rules]\nalgorithms = [\"rsa-3072\"]\ncards-per-signer = 10\n");
  CHECK_OK(vault);
  auto waiting = job();
  const auto refused = (*vault)->complete(waiting, profile(), {}, {});
  CHECK_FAULT(Fault::conflict, refused);
  CHECK(refused.error().what.view().starts_with("K02"));
}

TEST(TokenVault, hands_on_that_its_token_is_gone_and_goes_on_when_it_is_back) {
  setup_country();
  const auto flag = (folder.path() / "gone").string();
  ::setenv("CICADA_TROUBLE_GONE", flag.c_str(), 1);
  const auto vault = open(replaced(text(), SoftToken::module().string(), SoftToken::trouble_module().string()));
  CHECK_OK(vault);
  std::ofstream{flag} << "gone";
  auto waiting = job();
  CHECK_FAULT(Fault::transport, (*vault)->complete(waiting, profile(), {}, {}));
  CHECK_FAULT(Fault::transport, (*vault)->job_key("VN-1", 1, {}));
  CHECK_FAULT(Fault::transport, (*vault)->seal_key("VN-1", 1));
  CHECK_FAULT(Fault::transport, (*vault)->transport_keys(kSerial));
  CHECK_FALSE(waiting.files.contains(Ef::sod));
  fs::remove(flag);
  CHECK_OK((*vault)->complete(waiting, profile(), {}, {}));
  CHECK_OK((*vault)->job_key("VN-1", 1, {}));
  CHECK_OK((*vault)->seal_key("VN-1", 1));
  ::unsetenv("CICADA_TROUBLE_GONE");
}

TEST(TokenVault, completes_several_jobs_together_and_keeps_what_was_signed_when_the_token_goes) {
  setup_country();
  const auto flag = (folder.path() / "gone").string();
  const auto count = folder.path() / "signed";
  ::setenv("CICADA_TROUBLE_GONE", flag.c_str(), 1);
  const auto vault = open(replaced(replaced(text(), SoftToken::module().string(), SoftToken::trouble_module().string()),
                                   "sessions = 2", "sessions = 1"));
  CHECK_OK(vault);
  CHECK((*vault)->together() > 1);
  std::vector<CardJob> jobs;
  for (std::uint8_t i = 0; i < 6; ++i) {
    jobs.push_back(job());
    jobs.back().files[Ef::dg2].push_back(i);
  }
  std::vector<Waiting> waiting;
  for (auto& one : jobs) waiting.push_back({.job = &one, .grant = {}});
  ::setenv("CICADA_TROUBLE_COUNT", count.c_str(), 1);
  ::setenv("CICADA_TROUBLE_GOES", "1", 1);
  ::setenv("CICADA_TROUBLE_EVERY", "4", 1);
  const auto first = (*vault)->complete_each(waiting, profile());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    CHECK(first[i].has_value() == (i < 3));
    CHECK(jobs[i].files.contains(Ef::sod) == (i < 3));
    if (!first[i]) CHECK_FAULT(Fault::transport, first[i]);
  }
  const auto kept = jobs[2].files.at(Ef::sod);
  fs::remove(flag);
  ::setenv("CICADA_TROUBLE_EVERY", "0", 1);
  for (const auto& answer : (*vault)->complete_each(waiting, profile())) CHECK_OK(answer);
  CHECK_BYTES(kept, jobs[2].files.at(Ef::sod));
  LONGS_EQUAL(6, fs::file_size(count));  // none was signed twice
  for (const auto* name : {"GONE", "COUNT", "GOES", "EVERY"}) {
    ::unsetenv((std::string{"CICADA_TROUBLE_"} + name).c_str());
  }
}

TEST(TokenVault, has_a_configuration_of_which_nothing_is_overlooked) {
  setup_country();
  const auto refused = [&](const std::string& what, const std::string& with) {
    folder.write("token.toml", replaced(text(), what, with));
    const auto loaded = load_token_configuration(folder.path() / "token.toml");
    CHECK_FALSE(loaded.has_value());
    CHECK(loaded.error().text.find("token.toml:") != std::string::npos);
  };
  refused("sessions = 2", "session = 2");
  refused("sessions = 2", "sessions = 0");
  refused("pin-file", "pin");
  refused("sessions = 2", "pin-environment = \"PIN\"");
  refused("job-check = \"", "job-check = \"00");
  refused("[[document-signer]]", "[document-signer]");
  refused("[country]\ntrust = \"pki\"", "");
  CHECK_FALSE(load_token_configuration(folder.path() / "nowhere.toml").has_value());
}

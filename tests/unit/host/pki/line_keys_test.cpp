// The keys of a line in the folder of a country, with OpenSSL's command line as judge.
#include "cicada/host/pki/line_keys.h"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "authority.h"
#include "cicada/base/file.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/pki/test_country.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::pki;
using base::Fault;
using cicada::tests::TemporaryFolder;
namespace file = cicada::host::pki::line_key_file;
namespace fs = std::filesystem;

namespace {

LineKeys keys() {
  base::SystemRng rng;
  return create_line_keys(rng).value();
}

void save_country(const fs::path& dir) {
  base::SystemRng rng;
  const base::FixedClock clock{std::chrono::year{2026} / 3 / 1};
  CHECK_OK(save(create_test_country({}, rng, clock).value(), dir));
}

/// What a shell prints.
std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen((command + " 2>&1").c_str(), "r"), ::pclose};
  std::string text;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe.get()) != nullptr) text += part.data();
  return text;
}

}  // namespace

TEST_GROUP(LineKeys){};

TEST(LineKeys, are_read_back_as_they_were_written) {
  const TemporaryFolder folder;
  save_country(folder.path());
  const auto written = keys();
  CHECK_OK(save_line_keys(written, folder.path()));
  CHECK_BYTES(written.job_master_key.expose(), load_job_master_key(folder.path())->expose());
  CHECK_BYTES(written.audit_key.ec()->public_point(), load_audit_key(folder.path())->ec()->public_point());
  for (const auto name : {file::kJobMasterKey, file::kAuditKey}) {
    struct stat info{};
    LONGS_EQUAL(0, ::stat((folder.path() / name).c_str(), &info));
    LONGS_EQUAL(0600, info.st_mode & 07777U);
  }
}

TEST(LineKeys, have_check_values_that_name_the_master_keys) {
  const TemporaryFolder folder;
  save_country(folder.path());
  CHECK_OK(save_line_keys(keys(), folder.path()));
  const auto job = key_check_value(load_job_master_key(folder.path())->expose()).value();
  const auto transport = key_check_value(load_transport_master_key(folder.path())->expose()).value();
  CHECK_OK(check_key(job, load_key_check_value(folder.path() / file::kJobMasterCheck).value()));
  CHECK_OK(check_key(transport, load_key_check_value(folder.path() / file::kTransportMasterCheck).value()));
  CHECK_FAULT(Fault::security, check_key(job, transport));
}

TEST(LineKeys, have_the_check_value_that_openssl_computes) {
  const auto text = output_of(
      "head -c 16 /dev/zero | openssl mac -cipher AES-128-CBC -macopt hexkey:2B7E151628AED2A6ABF7158809CF4F3C -in - "
      "CMAC");
  const auto value = key_check_value("2B7E151628AED2A6ABF7158809CF4F3C"_hex).value();
  CHECK_STRING(base::to_hex(value), text.substr(0, 10));
  CHECK_FAULT(Fault::bad_input, key_check_value("00"_hex));
}

TEST(LineKeys, are_not_read_when_others_may_read_them_too) {
  const TemporaryFolder folder;
  save_country(folder.path());
  CHECK_OK(save_line_keys(keys(), folder.path()));
  for (const auto* name : {"job-master.key", "audit.key"}) {
    std::filesystem::permissions(folder.path() / name, std::filesystem::perms{0644});
  }
  CHECK_FAULT(Fault::bad_input, load_job_master_key(folder.path()));
  CHECK_FAULT(Fault::bad_input, load_audit_key(folder.path()));
  CHECK_OK(load_key_check_value(folder.path() / "job-master.kcv"));  // says nothing of the key
}

TEST(LineKeys, give_stock_tools_the_key_that_checks_the_audit_log) {
  const TemporaryFolder folder;
  save_country(folder.path());
  CHECK_OK(save_line_keys(keys(), folder.path()));
  const auto message = base::as_bytes("head of a chain");
  const auto digest = crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, message).value();
  const auto signature = load_audit_key(folder.path())->ec()->sign_der(digest).value();
  folder.write("message", message);
  folder.write("signature", signature);
  const auto verify =
      "cd '" + folder.path().string() + "' && openssl dgst -sha256 -verify audit.pub -signature signature message";
  CHECK_STRING("Verified OK\n", output_of(verify));
  folder.write("message", base::as_bytes("another head"));
  CHECK(output_of(verify) != "Verified OK\n");
}

TEST(LineKeys, are_never_overwritten) {
  for (const auto name : {file::kJobMasterKey, file::kTransportMasterCheck, file::kAuditPublicKey}) {
    const TemporaryFolder folder;
    save_country(folder.path());
    folder.write(std::string{name}, std::string{"mine"});
    CHECK_FAULT(Fault::conflict, save_line_keys(keys(), folder.path()));
    CHECK_STRING("mine", base::as_text(base::read_file(folder.path() / name).value()));
  }
}

TEST(LineKeys, belong_to_a_country) {
  const TemporaryFolder folder;
  CHECK_FAULT(Fault::not_found, save_line_keys(keys(), folder.path()));
  LONGS_EQUAL(0, std::distance(fs::directory_iterator{folder.path()}, fs::directory_iterator{}));
}

TEST(LineKeys, that_are_not_there_come_with_the_way_to_make_them) {
  const TemporaryFolder folder;
  save_country(folder.path());
  const auto key = load_job_master_key(folder.path());
  CHECK_FAULT(Fault::not_found, key);
  CHECK_STRING("cicada pki add-line-keys DIR makes what a line needs", key.error().hint.view());
  CHECK_FAULT(Fault::not_found, load_audit_key(folder.path()));
  CHECK_FAULT(Fault::not_found, load_key_check_value(folder.path() / file::kJobMasterCheck));
}

TEST(LineKeys, that_are_damaged_are_refused) {
  const TemporaryFolder folder;
  folder.write(std::string{file::kJobMasterKey}, std::string{"00112233"});
  CHECK_FAULT(Fault::malformed, load_job_master_key(folder.path()));
  folder.write(std::string{file::kJobMasterKey}, std::string(63, 'A'));
  CHECK_FAULT(Fault::malformed, load_job_master_key(folder.path()));
  folder.write(std::string{file::kAuditKey}, std::string{"no key"});
  CHECK_FAULT(Fault::malformed, load_audit_key(folder.path()));
}

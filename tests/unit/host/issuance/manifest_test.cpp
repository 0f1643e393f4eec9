// A batch is taken as it was announced, or not at all. Signatures are made by the openssl command line.
#include "cicada/host/issuance/manifest.h"

#include <cstdlib>
#include <fstream>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/hash.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using base::Fault;

namespace {

const std::filesystem::path kSamples = "../personalization-scripts/samples";

std::string sha256_hex(std::string_view text) {
  return base::to_hex(crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, base::as_bytes(text)).value());
}

}  // namespace

TEST_GROUP(Manifests) {
  const test::PortraitFolder folder;
  const std::string records = "{}\n\n{}\n";

  void setup() override {
    folder.put("records.jsonl", base::as_bytes(records));
    write(text());
  }
  [[nodiscard]] std::string text(const std::string& more = "", int count = 2) const {
    return "batch = \"B-1\"\nrecords = \"records.jsonl\"\npolicy = \"law-2021\"\ncount = " + std::to_string(count) +
           "\nsha256 = \"" + sha256_hex(records) + "\"\n" + more;
  }
  void write(const std::string& content) const {
    folder.put("batch.toml", base::as_bytes(content));
  }
  [[nodiscard]] std::filesystem::path file() const {
    return folder.path() / "batch.toml";
  }
  [[nodiscard]] base::Checked<void> checked() const {
    const auto manifest = load_manifest(file());
    CHECK_TEXT(manifest.has_value(), manifest ? "" : manifest.error().text.c_str());
    return check_records(*manifest, folder.path());
  }
  void refused(const std::string& content, const char* where, const char* why) const {
    write(content);
    const auto manifest = load_manifest(file());
    CHECK_TEXT(!manifest.has_value(), content.c_str());
    CHECK_TEXT(manifest.error().text.starts_with(where), manifest.error().text.c_str());
    STRCMP_CONTAINS(why, manifest.error().text.c_str());
  }
  /// Runs the openssl command line in the folder.
  void openssl(const std::string& arguments) const {
    const auto command = "cd '" + folder.path().string() + "' && openssl " + arguments + " >openssl.log 2>&1";
    LONGS_EQUAL_TEXT(0, std::system(command.c_str()), command.c_str());
  }
  void make_sender(const std::string& name, const std::string& key = "ec -pkeyopt ec_paramgen_curve:P-256") const {
    openssl("req -x509 -newkey " + key + " -nodes -keyout " + name + ".key -out " + name +
            ".pem -days 30 -subj '/C=VN/CN=" + name + "'");
  }
  void sign(const std::string& name) const {
    openssl("dgst -sha256 -sign " + name + ".key -out batch.toml.sig batch.toml");
  }
  [[nodiscard]] Senders senders(const std::string& name) const {
    auto certificates = load_senders(folder.path() / (name + ".pem"));
    CHECK_TEXT(certificates.has_value(), certificates ? "" : certificates.error().text.c_str());
    const auto now = certificates->front().validity.not_before + std::chrono::hours{1};
    return {.certificates = *std::move(certificates), .now = now};
  }
  void refused_by(const Senders& trusted, const char* why) const {
    const auto manifest = load_manifest(file(), &trusted);
    CHECK_TEXT(!manifest.has_value(), "the manifest was taken");
    STRCMP_CONTAINS(why, manifest.error().text.c_str());
  }
};

TEST(Manifests, say_what_comes) {
  write(text("priority = 7\n[unit]\nprovince = \"042\"\ncommune = \"18694\"\n"));
  const auto manifest = load_manifest(file());
  CHECK_TEXT(manifest.has_value(), manifest ? "" : manifest.error().text.c_str());
  CHECK_STRING("B-1", manifest->batch);
  LONGS_EQUAL(2, manifest->count);
  LONGS_EQUAL(7, manifest->priority);
  CHECK_STRING("042", manifest->unit.province);
  CHECK_STRING("18694", manifest->unit.commune);
  CHECK_STRING("", manifest->sender);
  CHECK_STRING(sha256_hex(records), base::to_hex(manifest->sha256));
  CHECK(check_records(*manifest, folder.path()).has_value());
  CHECK_FALSE(format_of(*manifest, folder.path())->is_csv());
  CHECK_STRING("law-2021", policy_of(*manifest, folder.path())->name);
}

TEST(Manifests, of_the_samples_fit_their_records) {
  const auto manifest = load_manifest(kSamples / "batch.toml");
  CHECK_TEXT(manifest.has_value(), manifest ? "" : manifest.error().text.c_str());
  const auto result = check_records(*manifest, kSamples);
  CHECK_TEXT(result.has_value(), result ? "" : result.error().text.c_str());
  CHECK(format_of(*manifest, kSamples)->is_csv());
}

TEST(Manifests, with_another_count_refuse_the_batch) {
  for (const int count : {0, 1, 3}) {
    write(text("", count));
    const auto result = checked();
    CHECK(!result);
    CHECK(result.error().fault == Fault::bad_input);
    STRCMP_CONTAINS("2 records, the manifest says", result.error().text.c_str());
  }
}

TEST(Manifests, with_another_digest_refuse_the_batch) {
  folder.put("records.jsonl", base::as_bytes("{}\n\n{ }\n"));
  const auto result = checked();
  CHECK(!result);
  CHECK(result.error().fault == Fault::security);
  STRCMP_CONTAINS("SHA-256", result.error().text.c_str());
  std::filesystem::remove(folder.path() / "records.jsonl");
  CHECK(checked().error().fault == Fault::not_found);
}

TEST(Manifests, are_refused_where_they_are_wrong) {
  refused(text("colour = 1\n"), "batch.toml:6:1:", "unknown key");
  refused(text("priority = 100\n"), "batch.toml:6:12:", "out of range");
  refused(text("[unit]\nvillage = \"1\"\n"), "batch.toml:7:1:", "unknown key");
  refused(text("[unit]\ncommune = \"a b\"\n"), "batch.toml:7:11:", "letters");
  refused(text("mapping = \"../m.toml\"\n"), "batch.toml:6:11:", "file's name");
  refused(text("mapping = \"/etc/passwd\"\n"), "batch.toml:6:11:", "file's name");
  refused(text("mapping = \"..\"\n"), "batch.toml:6:11:", "file's name");
  refused("batch = \"B/1\"\n", "batch.toml:", "letters");
  refused("records = \"r\"\n", "batch.toml:", "batch");
  auto short_digest = text();
  short_digest.erase(short_digest.find("sha256 = \"") + 10, 2);
  refused(short_digest, "batch.toml:5:10:", "octets");
  refused("batch = ", "batch.toml:1:", "not TOML");
  refused(std::string(70'000, '#'), "batch.toml", "");
  std::filesystem::remove(file());
  CHECK(load_manifest(file()).error().fault == Fault::not_found);
}

TEST(Manifests, name_a_policy_beside_them_or_one_of_the_two_laws) {
  auto content = text();
  content.replace(content.find("law-2021"), 8, "p.toml");
  write(content);
  const auto manifest = load_manifest(file());
  CHECK(policy_of(*manifest, folder.path()).error().fault == Fault::not_found);
  folder.put("p.toml", base::as_bytes("name = \"mine\"\nlaw = \"l\"\nfrom = \"2021-01-01\"\n"));
  CHECK_STRING("mine", policy_of(*manifest, folder.path())->name);
}

TEST(Manifests, signed_by_openssl_are_taken) {
  for (const auto* const key :
       {"ec -pkeyopt ec_paramgen_curve:P-256", "ec -pkeyopt ec_paramgen_curve:P-384", "rsa:2048"}) {
    make_sender("sender", key);
    sign("sender");
    const auto trusted = senders("sender");
    const auto manifest = load_manifest(file(), &trusted);
    CHECK_TEXT(manifest.has_value(), manifest ? "" : manifest.error().text.c_str());
    STRCMP_CONTAINS("sender", manifest->sender.c_str());
    CHECK_STRING(sha256_hex(text()), base::to_hex(manifest->digest));
  }
}

TEST(Manifests, changed_after_signing_are_refused) {
  make_sender("sender");
  sign("sender");
  write(text("priority = 9\n"));
  refused_by(senders("sender"), "not that of a known sender");
}

TEST(Manifests, of_strangers_are_refused) {
  make_sender("sender");
  make_sender("stranger");
  sign("stranger");
  refused_by(senders("sender"), "not that of a known sender");
  // With both in the file either may sign.
  openssl("x509 -in stranger.pem -out both.pem");
  std::ofstream{folder.path() / "both.pem", std::ios::app} << std::ifstream{folder.path() / "sender.pem"}.rdbuf();
  const auto trusted = senders("both");
  LONGS_EQUAL(2, trusted.certificates.size());
  CHECK(load_manifest(file(), &trusted).has_value());
  sign("sender");
  CHECK(load_manifest(file(), &trusted).has_value());
}

TEST(Manifests, without_a_signature_are_refused_when_one_is_wanted) {
  make_sender("sender");
  refused_by(senders("sender"), "batch.toml.sig");
  folder.put("batch.toml.sig", base::Bytes{0x30, 0x00});
  refused_by(senders("sender"), "not that of a known sender");
  folder.put("batch.toml.sig", base::Bytes{});
  refused_by(senders("sender"), "not that of a known sender");
}

TEST(Manifests, signed_outside_the_certificates_days_are_refused) {
  make_sender("sender");
  sign("sender");
  auto trusted = senders("sender");
  trusted.now = trusted.certificates.front().validity.not_after + std::chrono::seconds{1};
  refused_by(trusted, "not valid today");
  trusted.now = trusted.certificates.front().validity.not_before - std::chrono::seconds{1};
  refused_by(trusted, "not valid today");
}

TEST(Manifests, know_no_senders_in_a_file_without_certificates) {
  make_sender("sender");
  CHECK(load_senders(folder.path() / "sender.key").error().fault == Fault::bad_input);
  CHECK(load_senders(folder.path() / "none.pem").error().fault == Fault::not_found);
  folder.put("bad.pem", base::as_bytes("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"));
  CHECK(!load_senders(folder.path() / "bad.pem").has_value());
}

// The audit log of a small run through the command, with OpenSSL's command line as a judge of the signature.
#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cicada/base/file.h"
#include "cicada/base/rng.h"
#include "cicada/host/journal/audit.h"
#include "cicada/host/pki/line_keys.h"
#include "folder.h"

#include "harness.h"

using namespace cicada;
namespace journal = host::journal;

namespace {

const journal::Actor kActor{.station = "s1", .operator_id = "lan", .shift = "1"};

}  // namespace

TEST_GROUP(AuditCommand) {
  tests::Folder folder;
  std::string out;

  void setup() override {
    LONGS_EQUAL(0, run("'" CICADA_COMMAND "' pki init " + (folder / "pki").string()));
    make_journal();
  }

  std::string address() const {
    return "sqlite:" + (folder / "journal.db").string();
  }
  std::string pub() const {
    return (folder / "pki/audit.pub").string();
  }
  std::string log() const {
    return (folder / "log.jsonl").string();
  }

  /// One dossier on one chip, signed by DS 01, its batch closed.
  void make_journal() {
    auto opened = journal::open_journal(address(), "w1");
    CHECK_OK(opened);
    auto& open = **opened;
    CHECK_OK(open.receive_blanks("lot", 1, kActor));
    CHECK_OK(open.add_batch({.id = "b1", .policy = "law-2024", .announced = 1}, kActor));
    const journal::Intake intake{.dossier = "D1", .number = "079200000001"};
    const auto taken = open.take_in("b1", std::span{&intake, 1}, kActor);
    CHECK_OK(taken);
    const journal::Prepared prepared{.job = taken->front().job, .payload = {.pack = "p1"}};
    CHECK_OK(open.make_ready("b1", std::span{&prepared, 1}, kActor));
    const auto claims = open.claim(kActor, 1, std::chrono::hours{1}, {});
    CHECK_OK(claims);
    using enum journal::State;
    for (const auto to : {bound, written, locked, verified, done}) {
      journal::Step step{.job = claims->front().job, .fence = claims->front().fence, .to = to, .actor = kActor};
      if (to == bound) step.chip = "AB01";
      if (to == written) step.completion = {{1}, "01", {}};
      CHECK_OK(open.apply(std::span{&step, 1}));
    }
    CHECK_OK(open.count_blanks_left(0, kActor));
    const auto key = host::pki::load_audit_key(folder / "pki");
    CHECK_OK(key);
    CHECK_OK(journal::sign_close(open, "b1", kActor, *key));
  }

  /// The exit code; `out` is what was printed on both channels.
  int run(const std::string& command) {
    out.clear();
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    CHECK_TRUE(pipe != nullptr);
    std::array<char, 4096> part{};
    for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) out.append(part.data(), got);
    return WEXITSTATUS(::pclose(pipe));
  }
  int audit(const std::string& arguments) {
    return run("'" CICADA_COMMAND "' audit " + arguments);
  }
  void export_log() {
    LONGS_EQUAL(0, audit("export --journal " + address() + " --out " + log()));
  }
};

TEST(AuditCommand, finds_nothing_wrong_with_a_log_and_its_journal) {
  export_log();
  LONGS_EQUAL(0, audit("verify " + log() + " --key " + pub()));
  STRCMP_CONTAINS("not yet signed: 0 records", out.c_str());
  LONGS_EQUAL(0, audit("verify --journal " + address() + " --key " + pub() + " --json"));
  const auto report = nlohmann::json::parse(out, nullptr, false);
  CHECK_TRUE(report.is_object());
  CHECK_STRING("passed", report["verdict"].get<std::string>());
  LONGS_EQUAL(1, report["jobs_compared"].get<int>());
  LONGS_EQUAL(1, report["signed_closings"].get<int>());
}

TEST(AuditCommand, finds_a_changed_octet) {
  export_log();
  LONGS_EQUAL(0, run("sed -i '0,/law-2024/s//law-2023/' " + log()));
  LONGS_EQUAL(1, audit("verify " + log() + " --key " + pub()));
  STRCMP_CONTAINS("NOT AS IT WAS WRITTEN", out.c_str());
  STRCMP_CONTAINS("line 2: w1 2: the record is not the one that was chained here", out.c_str());
}

TEST(AuditCommand, says_what_it_could_not_establish) {
  LONGS_EQUAL(0, run(": > " + log()));
  LONGS_EQUAL(1, audit("verify " + log() + " --key " + pub()));
  STRCMP_CONTAINS("nothing to verify", out.c_str());
  LONGS_EQUAL(0, run("rm " + log()));
  export_log();
  STRCMP_CONTAINS("head w1:", out.c_str());
  const auto head = out.substr(out.find("head ") + 5, out.find('\n', out.find("head ")) - out.find("head ") - 5);
  LONGS_EQUAL(0, audit("verify " + log() + " --key " + pub() + " --head " + head));
  LONGS_EQUAL(0, audit("verify " + log() + " --key " + pub() + " --journal " + address()));
  // Its last record, the signature, is gone; then all from the closing on.
  LONGS_EQUAL(0, run("sed -i '$d' " + log()));
  LONGS_EQUAL(1, audit("verify " + log() + " --key " + pub() + " --json"));
  STRCMP_CONTAINS("\"incomplete\"", out.c_str());
  LONGS_EQUAL(1, audit("verify " + log() + " --key " + pub()));
  STRCMP_CONTAINS("NOT ESTABLISHED", out.c_str());
  for (const auto& known : {"--head " + head, "--journal " + address()}) {
    LONGS_EQUAL(1, audit("verify " + log() + " --key " + pub() + " " + known));
    STRCMP_CONTAINS("the end is cut off", out.c_str());
  }
  LONGS_EQUAL(2, audit("verify " + log() + " --key " + pub() + " --head w1:0:00"));
}

TEST(AuditCommand, is_of_the_opinion_of_openssl_about_the_signature) {
  export_log();
  std::ifstream in{log()};
  std::string line;
  nlohmann::json last;
  while (std::getline(in, line)) last = nlohmann::json::parse(line);
  CHECK_STRING("signature", last["action"].get<std::string>());
  const auto digest = base::from_hex(last["of"]["hash"].get<std::string>());
  const auto signature = base::from_hex(last["signature"].get<std::string>());
  CHECK_OK(digest);
  CHECK_OK(signature);
  CHECK_OK(base::write_file(folder / "digest", *digest));
  CHECK_OK(base::write_file(folder / "signature", *signature));
  LONGS_EQUAL(0, run(fmt::format("openssl pkeyutl -verify -pubin -inkey {} -in {} -sigfile {}", pub(),
                                 (folder / "digest").string(), (folder / "signature").string())));
  STRCMP_CONTAINS("Signature Verified Successfully", out.c_str());
}

TEST(AuditCommand, says_which_cards_a_document_signer_signed) {
  LONGS_EQUAL(0, audit("signer --ds 01 --journal " + address()));
  CHECK_STRING("D1\tAB01\n", out);
  LONGS_EQUAL(1, audit("signer --ds 02 --journal " + address()));
  CHECK_STRING("cicada: --ds 02: no card in this journal was signed by it\n", out);
}

TEST(AuditCommand, used_wrongly_says_so) {
  LONGS_EQUAL(2, audit("verify --key " + pub()));
  LONGS_EQUAL(2, audit("verify nothing.jsonl --key " + pub()));
  LONGS_EQUAL(2, audit("verify --journal sqlite:/nowhere/journal.db --key " + pub()));
  LONGS_EQUAL(2, audit("verify " + log() + " --key " + (folder / "pki/audit.key").string()));
  LONGS_EQUAL(2, audit("export --journal journal.db --out " + log()));
  export_log();
  LONGS_EQUAL(2, audit("export --journal " + address() + " --out " + log()));
  STRCMP_CONTAINS("it is there already", out.c_str());
  LONGS_EQUAL(3, audit("export --journal " + address() + " --out /nowhere/log.jsonl"));
  LONGS_EQUAL(3, audit("signer --ds 01 --journal 'postgresql://lan:geheim@/line?host=/nowhere'"));
  STRCMP_CONTAINS("postgresql://lan:***@/line", out.c_str());
}

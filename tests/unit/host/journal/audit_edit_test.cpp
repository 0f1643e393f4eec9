// Every octet of an exported log, changed one at a time; lines taken out, swapped, cut off.
#include <fmt/format.h>

#include "bench_of_jobs.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/journal/audit.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using crypto::openssl::Curve;
using crypto::openssl::EcPrivateKey;
using crypto::openssl::EcPublicKey;
using crypto::openssl::PrivateKey;

namespace {

journal::AuditReport verify(std::string_view log, const EcPublicKey& key) {
  const journal::LineSource source =
      [log](const std::function<void(std::string_view, bool)>& visit) -> base::Result<void> {
    for (auto rest = log; !rest.empty();) {
      const auto end = rest.find('\n');
      visit(rest.substr(0, end), end != std::string_view::npos);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return {};
  };
  auto report = journal::verify_audit(source, key);
  CHECK_OK(report);
  return *std::move(report);
}

std::vector<std::string> lines_of(const std::string& log) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < log.size();) {
    const auto end = log.find('\n', at) + 1;
    lines.push_back(log.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string log;
  for (const auto& line : lines) log += line;
  return log;
}

}  // namespace

TEST_GROUP(AuditEdit) {
  EcPrivateKey pair = *EcPrivateKey::generate(Curve::p256);
  EcPublicKey key = *EcPublicKey::create(Curve::p256, pair.public_point());
  std::string log;

  void setup() override {
    Desk desk{1};
    CHECK_OK(desk->receive_blanks("lot-1", 1, kActor));
    desk.ready(1);
    desk.bring(1, State::done);
    CHECK_OK(desk->count_blanks_left(0, kActor));
    const PrivateKey signer{EcPrivateKey::create(Curve::p256, pair.scalar()->expose()).value()};
    CHECK_OK(journal::sign_close(*desk, "b1", kActor, signer));
    const auto exported = desk->audit([&](const journal::AuditRecord& record) {
      const auto line = journal::to_line(record);
      CHECK_OK(line);
      log += *line + "\n";
    });
    CHECK_OK(exported);
  }
};

TEST(AuditEdit, of_any_single_octet_is_noticed) {
  CHECK_TRUE(verify(log, key).sound());
  CHECK_TRUE(log.size() > 2000);
  for (const unsigned mask : {0x01U, 0x20U}) {
    for (std::size_t i = 0; i < log.size(); ++i) {
      std::string changed = log;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ mask);
      if (verify(changed, key).sound()) FAIL(fmt::format("octet {} ^ {:02X} was not noticed", i, mask).c_str());
    }
  }
}

TEST(AuditEdit, that_takes_out_or_adds_an_octet_is_noticed) {
  for (std::size_t i = 0; i < log.size(); i += 7) {
    std::string shorter = log;
    shorter.erase(i, 1);
    CHECK_FALSE(verify(shorter, key).sound());
    std::string longer = log;
    longer.insert(i, 1, ' ');
    CHECK_FALSE(verify(longer, key).sound());
  }
}

TEST(AuditEdit, that_takes_out_swaps_or_repeats_a_line_is_noticed) {
  const auto lines = lines_of(log);
  // The last line is the signature itself: without it the closing is not signed, which is said, not found.
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    auto without = lines;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(verify(joined(without), key).sound());
    auto swapped = lines;
    std::swap(swapped[i], swapped[i + 1]);
    CHECK_FALSE(verify(joined(swapped), key).sound());
    auto twice = lines;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    CHECK_FALSE(verify(joined(twice), key).sound());
  }
}

TEST(AuditEdit, that_cuts_the_end_off_leaves_records_that_nobody_signed) {
  auto lines = lines_of(log);
  lines.pop_back();
  const auto unsigned_yet = verify(joined(lines), key);
  CHECK_TRUE(unsigned_yet.sound());
  LONGS_EQUAL(0, unsigned_yet.signed_closings);
  CHECK_FALSE(unsigned_yet.established());
  LONGS_EQUAL(lines.size() - 1, unsigned_yet.not_yet_signed);  // but the record that names the key
  std::string half = log;
  half.resize(half.size() - 10);
  CHECK_FALSE(verify(half, key).sound());
}

TEST(AuditEdit, by_somebody_who_makes_the_chain_again_fails_at_the_signature) {
  // The batch's record names another policy, and every hash after it is computed anew.
  auto lines = lines_of(log);
  CHECK_TRUE(lines.front().find("law-2024") != std::string::npos);
  journal::Digest previous{};
  std::string forged;
  for (auto& line : lines) {
    const auto at = line.find("\"hash\":\"");
    std::string record = line.substr(0, line.size() - 1);
    // The member `hash` of the line itself, not those within (of a closing's heads): the one on the top level.
    for (auto next = at; next != std::string::npos; next = record.find("\"hash\":\"", next + 1)) {
      std::string without = record;
      without.erase(next, 8 + 64 + 2);
      if (without.find("law-2024") != std::string::npos) without.replace(without.find("law-2024"), 8, "law-2021");
      const journal::AuditRecord made{.chain = "w1", .sequence = 1, .json = without, .hash = previous};
      if (!journal::to_line(made)) continue;
      const auto hash = crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256,
                                              base::concat({previous, base::as_bytes(without)}));
      std::copy(hash->begin(), hash->end(), previous.begin());
      forged += *journal::to_line({.chain = "w1", .sequence = 1, .json = without, .hash = previous}) + "\n";
      break;
    }
  }
  LONGS_EQUAL(lines.size(), lines_of(forged).size());
  const auto report = verify(forged, key);
  CHECK_FALSE(report.sound());
  LONGS_EQUAL(0, report.signed_closings);
}

TEST(AuditEdit, of_a_log_that_is_none_is_noticed) {
  for (const std::string nonsense : {"\n", "{}\n", "[]\n", "null\n", "{\"chain\":1,\"hash\":\"\",\"sequence\":-1}\n"}) {
    CHECK_FALSE(verify(nonsense, key).sound());
  }
  CHECK_FALSE(verify(std::string(100'000, '[') + "\n", key).sound());
  CHECK_FALSE(verify("", key).sound());
}

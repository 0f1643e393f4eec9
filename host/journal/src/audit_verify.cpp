// The audit log verified: chains, signatures, heads, and the jobs' states.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "chain.h"
#include "cicada/base/hex.h"
#include "cicada/host/journal/audit.h"
#include "job_story.h"

namespace cicada::host::journal {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 8;

/// A line that is a record: its members apart.
struct Line {
  json record;       ///< without hash
  std::string text;  ///< of that
  std::string chain;
  std::uint64_t sequence = 0;
  Digest hash{};
};

bool is_count(const json& value) {
  return value.is_number_integer() && value.get<std::int64_t>() >= 0;
}

std::optional<Digest> digest_of(const json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() != 64) return std::nullopt;
  const auto octets = base::from_hex(text);
  if (!octets || base::to_hex(*octets) != text) return std::nullopt;
  return to_digest(*octets);
}

/// Nothing when the line is not, octet for octet, what to_line() writes.
std::optional<Line> parse_line(std::string_view text) {
  if (text.size() > kMaxAuditLine) return std::nullopt;
  Line line;
  // Records are flat; a deeper one is not ours, and is not built.
  line.record =
      json::parse(text, [](int depth, json::parse_event_t, const json&) { return depth <= kMaxDepth; }, false);
  if (!line.record.is_object() || !line.record.contains("hash") || !line.record.contains("chain") ||
      !line.record.contains("sequence")) {
    return std::nullopt;
  }
  if (line.record.dump() != text) return std::nullopt;
  const auto hash = digest_of(line.record["hash"]);
  if (!hash || !line.record["chain"].is_string() || !is_count(line.record["sequence"])) return std::nullopt;
  line.hash = *hash;
  line.chain = line.record["chain"].get<std::string>();
  line.sequence = line.record["sequence"].get<std::uint64_t>();
  line.record.erase("hash");
  line.text = line.record.dump();
  return line;
}

using Head = AuditHead;

class Verifier {
 public:
  explicit Verifier(const AuditTrust& trust) : keys_(trust.keys), known_(trust.heads) {}

  /// First reading: closings and their signatures.
  void collect(std::string_view text);
  void weigh_signatures();
  /// Second reading: everything.
  void check(std::string_view text, bool ended);
  void finish_chains();
  void finish_jobs();
  base::Result<void> compare(Journal& journal);
  AuditReport take() { return std::move(report_); }

 private:
  struct Closing {
    Digest hash{};
    std::map<std::string, Head> heads;
    bool is_signed = false;
  };
  struct Signature {
    std::pair<std::string, std::uint64_t> of;
    Digest hash{};
    base::Bytes value;
    std::string where;
  };
  struct ChainState {
    Head last;
    std::uint64_t signatures_behind = 0;  ///< records of signatures behind the last that is signed
  };

  void find(std::uint64_t line, base::Literal what, std::string where = {});
  void collect_closing(const Line& line);
  void collect_signature(const Line& line);
  void collect_key_change(const Line& line);
  void follow_key_changes();
  [[nodiscard]] bool is_signed(base::ByteView digest, base::ByteView signature) const;
  void check_known(const std::string& chain, const Head& head, const std::string& where);
  void expect(const std::string& chain, const Head& head);

  std::vector<const crypto::openssl::EcPublicKey*> keys_;
  std::deque<crypto::openssl::EcPublicKey> later_keys_;  ///< that one of them put in its place
  AuditHeads known_;
  struct KeyChange {
    base::Bytes from, to, signature;
  };
  std::vector<KeyChange> key_changes_;
  AuditReport report_;
  std::uint64_t line_ = 0;
  std::map<std::pair<std::string, std::uint64_t>, Closing> closings_;
  std::vector<Signature> signatures_;
  /// What signed closings say about each chain, by sequence.
  std::map<std::string, std::map<std::uint64_t, Digest>> expected_;
  std::map<std::string, ChainState> chains_;
  JobStories stories_;
};

void Verifier::find(std::uint64_t line, base::Literal what, std::string where) {
  if (report_.findings.size() < kMaxFindings) {
    report_.findings.push_back({.line = line, .what = what, .where = std::move(where)});
  } else {
    ++report_.more_findings;
  }
}

void Verifier::collect_closing(const Line& line) {
  Closing closing{.hash = line.hash, .heads = {}};
  const auto heads = line.record.find("heads");
  if (heads == line.record.end() || !heads->is_object()) return;
  for (const auto& [chain, head] : heads->items()) {
    if (!head.is_object() || !head.contains("sequence") || !head.contains("hash")) return;
    const auto hash = digest_of(head["hash"]);
    if (!hash || !is_count(head["sequence"])) return;
    closing.heads[chain] = {head["sequence"].get<std::uint64_t>(), *hash};
  }
  closings_[{line.chain, line.sequence}] = std::move(closing);
}

void Verifier::collect_signature(const Line& line) {
  const auto of = line.record.find("of");
  const auto value = line.record.find("signature");
  if (of == line.record.end() || !of->is_object() || value == line.record.end() || !value->is_string()) return;
  if (!of->contains("chain") || !of->contains("sequence") || !of->contains("hash")) return;
  const auto hash = digest_of((*of)["hash"]);
  auto octets = base::from_hex(value->get_ref<const std::string&>());
  if (!hash || !octets || !(*of)["chain"].is_string() || !is_count((*of)["sequence"])) return;
  signatures_.push_back({.of = {(*of)["chain"].get<std::string>(), (*of)["sequence"].get<std::uint64_t>()},
                         .hash = *hash,
                         .value = *std::move(octets),
                         .where = fmt::format("{} {}", line.chain, line.sequence)});
}

void Verifier::collect(std::string_view text) {
  const auto line = parse_line(text);
  if (!line || !line->record.contains("action")) return;
  if (line->record["action"] == "close") collect_closing(*line);
  if (line->record["action"] == "signature") collect_signature(*line);
  if (line->record["action"] == "audit-key") collect_key_change(*line);
}

/// One that two people confirmed has no signature: its key has to be given.
void Verifier::collect_key_change(const Line& line) {
  const auto key = line.record.find("key");
  if (key == line.record.end() || !key->is_object()) return;
  KeyChange change;
  for (const auto& [name, into] :
       {std::pair{"from", &change.from}, {"to", &change.to}, {"signature", &change.signature}}) {
    const auto value = key->find(name);
    if (value == key->end() || !value->is_string()) return;
    auto octets = base::from_hex(value->get_ref<const std::string&>());
    if (!octets) return;
    *into = *std::move(octets);
  }
  key_changes_.push_back(std::move(change));
}

bool Verifier::is_signed(base::ByteView digest, base::ByteView signature) const {
  return std::ranges::any_of(keys_, [&](const auto* key) { return key->verify_der(digest, signature).has_value(); });
}

/// In the order in which they were made, whatever the order of the chains.
void Verifier::follow_key_changes() {
  for (bool more = true; more;) {
    more = false;
    std::erase_if(key_changes_, [&](const KeyChange& change) {
      const auto digest = audit_key_digest(change.from, change.to);
      if (!digest || !is_signed(*digest, change.signature)) return false;
      auto key = crypto::openssl::EcPublicKey::create(crypto::openssl::Curve::p256, change.to);
      if (!key) return false;
      later_keys_.push_back(*std::move(key));
      keys_.push_back(&later_keys_.back());
      return more = true;
    });
  }
}

void Verifier::expect(const std::string& chain, const Head& head) {
  const auto [there, added] = expected_[chain].try_emplace(head.sequence, head.hash);
  if (!added && there->second != head.hash) {
    find(0, "two signed closings name different heads of one chain", fmt::format("{} {}", chain, head.sequence));
  }
}

void Verifier::weigh_signatures() {
  follow_key_changes();
  for (const auto& signature : signatures_) {
    const auto closing = closings_.find(signature.of);
    if (closing == closings_.end() || closing->second.hash != signature.hash) {
      find(0, "a signature over a closing that is not there", signature.where);
      continue;
    }
    if (!is_signed(signature.hash, signature.value)) {
      find(0, "the signature does not verify with this key", signature.where);
      continue;
    }
    closing->second.is_signed = true;
  }
  for (const auto& [where, closing] : closings_) {
    ++report_.closings;
    if (!closing.is_signed) continue;
    ++report_.signed_closings;
    expect(where.first, {where.second, closing.hash});
    for (const auto& [chain, head] : closing.heads) expect(chain, head);
  }
}

void Verifier::check(std::string_view text, bool ended) {
  ++line_;
  if (!ended) find(line_, "the last line has no end");
  const auto line = parse_line(text);
  if (!line) return find(line_, "not a record as it is written here");
  ++report_.records;
  const std::string where = fmt::format("{} {}", line->chain, line->sequence);
  auto& chain = chains_[line->chain];
  if (line->sequence != chain.last.sequence + 1)
    find(line_, "a record is missing, twice there, or out of order", where);
  const auto hash = link_hash(chain.last.hash, line->text);
  if (!hash || *hash != line->hash) find(line_, "the record is not the one that was chained here", where);
  chain.last = {line->sequence, line->hash};
  check_known(line->chain, chain.last, where);
  const auto expected = expected_.find(line->chain);
  if (expected != expected_.end()) {
    const auto head = expected->second.find(line->sequence);
    if (head != expected->second.end() && head->second != line->hash) {
      find(line_, "a signed closing names another record here", where);
    }
    if (line->sequence <= expected->second.rbegin()->first) chain.signatures_behind = 0;
  }
  const auto action = line->record.find("action");
  if (action != line->record.end() && (*action == "signature" || *action == "audit-key")) {
    const bool is_signed = expected != expected_.end() && line->sequence <= expected->second.rbegin()->first;
    if (!is_signed) ++chain.signatures_behind;
  }
  if (!stories_.add(line->record)) find(line_, "a record that says nothing possible about a job", where);
}

void Verifier::check_known(const std::string& chain, const Head& head, const std::string& where) {
  const auto known = known_.find(chain);
  if (known == known_.end() || known->second.sequence != head.sequence) return;
  if (known->second.hash != head.hash) find(line_, "another record than the one that was seen here before", where);
}

void Verifier::finish_chains() {
  report_.chains = chains_.size();
  if (report_.records == 0) find(0, "there is nothing to verify: the log is empty");
  for (const auto& [name, head] : known_) {
    const auto chain = chains_.find(name);
    const auto there = chain == chains_.end() ? 0 : chain->second.last.sequence;
    if (there < head.sequence) {
      find(0, "the end is cut off: records that were seen before are missing",
           fmt::format("{} {} to {}", name, there + 1, head.sequence));
    }
  }
  for (const auto& [name, heads] : expected_) {
    const auto chain = chains_.find(name);
    if (chain == chains_.end() || chain->second.last.sequence < heads.rbegin()->first) {
      find(0, "records that a signed closing names are missing", name);
    }
  }
  for (const auto& [name, chain] : chains_) {
    const auto expected = expected_.find(name);
    const std::uint64_t signed_to = expected == expected_.end() ? 0 : expected->second.rbegin()->first;
    if (chain.last.sequence > signed_to) {
      report_.not_yet_signed += chain.last.sequence - signed_to - chain.signatures_behind;
    }
  }
}

void Verifier::finish_jobs() {
  report_.jobs = stories_.size();
  stories_.for_each([this](JobId job) {
    if (!stories_.state_of(job)) find(0, "the log does not tell one way of this job", fmt::format("job {}", job));
  });
}

base::Result<void> Verifier::compare(Journal& journal) {
  const auto visited = journal.visit_jobs([this](const JobSummary& job) {
    ++report_.jobs_compared;
    const auto told = stories_.state_of(job.job);
    if (told != job.state) find(0, "the job's state is not what the log tells", fmt::format("job {}", job.job));
    if (!job.chip.empty() && job.chip != stories_.chip_of(job.job)) {
      find(0, "the job's chip is not what the log tells", fmt::format("job {}", job.job));
    }
  });
  CICADA_CHECK(visited);
  if (report_.jobs_compared < report_.jobs) find(0, "jobs that the log tells of are missing");
  return {};
}

/// Both readings. `lines` is called with a reader of lines.
base::Result<Verifier> verified(const LineSource& source, const AuditTrust& trust) {
  Verifier verifier{trust};
  CICADA_CHECK(source([&](std::string_view text, bool) { verifier.collect(text); }));
  verifier.weigh_signatures();
  CICADA_CHECK(source([&](std::string_view text, bool ended) { verifier.check(text, ended); }));
  verifier.finish_chains();
  verifier.finish_jobs();
  return verifier;
}

}  // namespace

base::Result<AuditReport> verify_audit(const LineSource& source, const AuditTrust& trust) {
  CICADA_TRY(Verifier verifier, verified(source, trust));
  return verifier.take();
}

base::Result<AuditReport> verify_audit(Journal& journal, const AuditTrust& trust) {
  const LineSource source = [&](const std::function<void(std::string_view, bool)>& visit) {
    return journal.audit([&](const AuditRecord& record) {
      const auto line = to_line(record);
      visit(line ? *line : record.json, true);
    });
  };
  CICADA_TRY(Verifier verifier, verified(source, trust));
  CICADA_CHECK(verifier.compare(journal));
  return verifier.take();
}

}  // namespace cicada::host::journal

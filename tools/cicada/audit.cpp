// cicada audit: the log of a personalization line, exported, verified, and asked who signed which card.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app.h"
#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/host/journal/audit.h"
#include "cicada/host/pki/public_key.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace fs = std::filesystem;
namespace journal = host::journal;

struct AuditOptions {
  std::string journal;
  fs::path log, out;
  std::vector<fs::path> keys;
  std::vector<std::string> heads;
  std::string ds;
  bool json = false;
};

constexpr std::size_t kMaxKeyFile = 64UL * 1024;

/// Opens for reading; what went wrong has been said.
std::expected<std::unique_ptr<journal::Journal>, Exit> open(const std::string& address) {
  auto opened = journal::open_journal(address, "");
  if (!opened) return std::unexpected{complain_of_journal(address, opened.error())};
  return *std::move(opened);
}

Exit write_log(journal::Journal& from, const AuditOptions& options) {
  // Beside the name until it is whole: half a log would look like one whose end was cut off.
  const fs::path beside = options.out.string() + ".part";
  std::ofstream out{beside, std::ios::binary | std::ios::trunc};
  std::uint64_t records = 0;
  journal::AuditHeads heads;
  base::Result<void> bad;
  const auto read = from.audit([&](const journal::AuditRecord& record) {
    const auto line = journal::to_line(record);
    if (!line) {
      bad = std::unexpected(line.error());
    } else {
      out << *line << '\n';
      ++records;
      heads[record.chain] = {record.sequence, record.hash};
    }
  });
  out.close();
  std::error_code error;
  if (read && bad && out) {
    const int written = ::open(beside.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = written >= 0 && ::fsync(written) == 0;
    if (written >= 0) ::close(written);
    if (synced) fs::rename(beside, options.out, error);
    if (synced && !error) {
      std::cout << fmt::format("{} records\n", records);
      for (const auto& [chain, head] : heads) std::cout << fmt::format("head {}\n", journal::to_text(chain, head));
      return Exit::done;
    }
  }
  fs::remove(beside, error);
  if (!read) return complain_of_journal(options.journal, read.error());
  if (!bad) return complain_of_journal(options.journal, bad.error());
  return complain(options.out.string(), "it cannot be written", Exit::trouble);
}

Exit export_log(const AuditOptions& options) {
  const auto from = open(options.journal);
  if (!from) return from.error();
  std::error_code error;
  if (fs::exists(options.out, error)) return complain(options.out.string(), "it is there already", Exit::bad_input);
  return write_log(**from, options);
}

std::expected<host::pki::PublicKey, Exit> load_key(const fs::path& path) {
  const auto complained = [&](const base::Error& error) { return std::unexpected{complain(path.string(), error)}; };
  const auto text = base::read_file(path, kMaxKeyFile);
  if (!text) return complained(text.error());
  const auto blocks = asn1::parse_pem(*text);
  if (!blocks) return complained(blocks.error());
  if (blocks->size() != 1 || blocks->front().label != "PUBLIC KEY") {
    return std::unexpected{complain(path.string(), "not one PEM block with a public key", Exit::bad_input)};
  }
  const auto info = asn1::parse_public_key_info(blocks->front().der);
  if (!info) return complained(info.error());
  auto key = host::pki::PublicKey::create(*info);
  if (!key) return complained(key.error());
  if (key->ec() == nullptr) {
    return std::unexpected{complain(path.string(), "the audit log is signed with a P-256 key", Exit::bad_input)};
  }
  return *std::move(key);
}

/// The lines of a file; one that is too long is handed on in the length that is too long.
base::Result<void> read_lines(const fs::path& path, const std::function<void(std::string_view, bool)>& visit) {
  std::ifstream in{path, std::ios::binary};
  if (!in) return base::fail({.fault = base::Fault::not_found, .what = "no such file"});
  std::string line;
  bool too_long = false;
  for (int c = in.get(); c != std::ifstream::traits_type::eof(); c = in.get()) {
    if (c == '\n') {
      visit(line, true);
      line.clear();
      too_long = false;
    } else if (!too_long) {
      line += static_cast<char>(c);
      too_long = line.size() > journal::kMaxAuditLine;
    }
  }
  if (in.bad()) return base::fail({.fault = base::Fault::io, .what = "the file cannot be read"});
  if (!line.empty()) visit(line, false);
  return {};
}

std::string to_json(const journal::AuditReport& report) {
  auto findings = nlohmann::json::array();
  for (const auto& finding : report.findings) {
    findings.push_back({{"line", finding.line}, {"what", finding.what.view()}, {"where", finding.where}});
  }
  return nlohmann::json{{"verdict", report.established() ? "passed"
                                    : report.sound()     ? "incomplete"
                                                         : "failed"},
                        {"records", report.records},
                        {"chains", report.chains},
                        {"closings", report.closings},
                        {"signed_closings", report.signed_closings},
                        {"not_yet_signed", report.not_yet_signed},
                        {"jobs", report.jobs},
                        {"jobs_compared", report.jobs_compared},
                        {"findings", std::move(findings)},
                        {"more_findings", report.more_findings}}
      .dump(2);
}

std::string to_text(const journal::AuditReport& report) {
  std::string text = fmt::format("{} records in {} chains, {} closings, {} of them signed; {} jobs explained",
                                 report.records, report.chains, report.closings, report.signed_closings, report.jobs);
  if (report.jobs_compared > 0) text += fmt::format(", {} compared with the journal", report.jobs_compared);
  text += fmt::format("\nnot yet signed: {} records\n", report.not_yet_signed);
  if (report.established() && report.not_yet_signed > 0) {
    text += "they came after the last signed closing: their chain alone protects them, and a head (--head) their end\n";
  }
  for (const auto& finding : report.findings) {
    text += finding.line > 0 ? fmt::format("line {}: ", finding.line) : std::string{};
    text += finding.where.empty() ? fmt::format("{}\n", finding.what.view())
                                  : fmt::format("{}: {}\n", finding.where, finding.what.view());
  }
  if (report.more_findings > 0) text += fmt::format("and {} more\n", report.more_findings);
  if (!report.sound()) return text + "NOT AS IT WAS WRITTEN\n";
  if (report.established()) return text + "nothing was changed\n";
  return text +
         "NOT ESTABLISHED: the records fit together, but no closing is signed, so whoever can write the log could have "
         "written all of it anew\n";
}

/// What is known from elsewhere. With an exported log and a journal, the log must not be shorter than the journal.
struct Known {
  std::vector<host::pki::PublicKey> keys;
  journal::AuditTrust trust;
};

std::expected<Known, Exit> known_from(const AuditOptions& options) {
  Known known;
  for (const auto& file : options.keys) {
    auto key = load_key(file);
    if (!key) return std::unexpected{key.error()};
    known.keys.push_back(*std::move(key));
  }
  for (const auto& key : known.keys) known.trust.keys.push_back(key.ec());
  if (!options.log.empty() && !options.journal.empty()) {
    const auto from = open(options.journal);
    if (!from) return std::unexpected{from.error()};
    auto heads = journal::audit_heads(**from);
    if (!heads) return std::unexpected{complain_of_journal(options.journal, heads.error())};
    known.trust.heads = *std::move(heads);
  }
  for (const auto& text : options.heads) {
    const auto head = journal::parse_head(text);
    if (!head) return std::unexpected{complain("--head " + safe(text), head.error())};
    known.trust.heads.insert_or_assign(head->first, head->second);
  }
  return known;
}

Exit verify(const AuditOptions& options) {
  if (options.journal.empty() && options.log.empty()) {
    return complain("audit verify", "name an exported log or a journal", Exit::bad_input);
  }
  const auto known = known_from(options);
  if (!known) return known.error();
  base::Result<journal::AuditReport> report;
  if (options.log.empty()) {
    const auto from = open(options.journal);
    if (!from) return from.error();
    report = journal::verify_audit(**from, known->trust);
    if (!report) return complain_of_journal(options.journal, report.error());
  } else {
    report = journal::verify_audit(
        [&](const std::function<void(std::string_view, bool)>& visit) { return read_lines(options.log, visit); },
        known->trust);
    if (!report) return complain(options.log.string(), report.error());
  }
  std::cout << (options.json ? to_json(*report) + "\n" : to_text(*report));
  return report->established() ? Exit::done : Exit::check_failed;
}

Exit signer(const AuditOptions& options) {
  const auto from = open(options.journal);
  if (!from) return from.error();
  std::uint64_t cards = 0;
  const auto visited = (*from)->cards_of_signer(options.ds, [&cards](std::string_view dossier, std::string_view chip) {
    ++cards;
    std::cout << fmt::format("{}\t{}\n", dossier, chip);
  });
  if (!visited) return complain_of_journal(options.journal, visited.error());
  if (cards == 0) {
    return complain("--ds " + safe(options.ds), "no card in this journal was signed by it", Exit::check_failed);
  }
  return Exit::done;
}

CLI::Option* add_journal(CLI::App& command, AuditOptions& options) {
  return command.add_option("--journal", options.journal, "The line's journal")
      ->check(not_empty())
      ->type_name("sqlite:FILE|postgresql://...");
}

}  // namespace

void add_audit(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("audit", "The audit log of a personalization line.");
  command->require_subcommand(1);
  auto options = std::make_shared<AuditOptions>();

  auto* exporting = command->add_subcommand("export", "Write the log as JSON Lines.");
  add_journal(*exporting, *options)->required();
  exporting->add_option("--out", options->out, "File to make; an existing one is kept")->required()->type_name("FILE");
  exporting->callback([options, &outcome] { outcome.exit = export_log(*options); });

  auto* verifying = command->add_subcommand("verify", "Find every change to a log, and explain the jobs' states.");
  verifying->add_option("LOG", options->log, "An exported log");
  add_journal(*verifying, *options);
  verifying
      ->add_option("--key", options->keys,
                   "A public key of the log's signatures (audit.pub); again for one that two people put in its place")
      ->required()
      ->allow_extra_args(false)
      ->type_name("FILE");
  verifying
      ->add_option("--head", options->heads,
                   "An end of a chain that was seen before, as export prints it: the log must have it; may be repeated")
      ->allow_extra_args(false)
      ->type_name("CHAIN:SEQUENCE:HASH");
  verifying->add_flag("--json", options->json, "Print one JSON object (docs/schemas/audit-report.schema.json)");
  verifying->callback([options, &outcome] { outcome.exit = verify(*options); });

  auto* asking = command->add_subcommand("signer", "Cards of one document signer: dossier and chip, a line each.");
  add_journal(*asking, *options)->required();
  asking->add_option("--ds", options->ds, "Serial number of the document signer's certificate")
      ->required()
      ->check(not_empty())
      ->type_name("SERIAL");
  asking->callback([options, &outcome] { outcome.exit = signer(*options); });
}

}  // namespace cicada::tools

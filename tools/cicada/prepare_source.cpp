#include "prepare_source.h"

#include "app.h"
#include "cicada/base/clock.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/job_pack.h"
#include "cicada/host/issuance/manifest.h"

namespace cicada::tools {

namespace fs = std::filesystem;
namespace issuance = host::issuance;
namespace journal = host::journal;
using base::Checked;
using base::Problem;

namespace {

Problem problem_of(const std::string& subject, const base::Error& error) {
  return {.fault = error.fault, .text = subject + ": " + error.describe()};
}

base::Result<journal::Digest> digest_of(std::istream& stream) {
  CICADA_TRY(auto hasher, crypto::openssl::Hasher::create(crypto::openssl::HashAlgorithm::sha256));
  std::string part(1UL << 20U, '\0');
  while (stream.read(part.data(), static_cast<std::streamsize>(part.size())) || stream.gcount() > 0) {
    CICADA_CHECK(
        hasher.update(base::as_bytes(std::string_view{part.data(), static_cast<std::size_t>(stream.gcount())})));
  }
  if (stream.bad()) return base::fail({.fault = base::Fault::io, .what = "the file cannot be read"});
  CICADA_TRY(const auto octets, hasher.finish());
  journal::Digest digest{};
  std::copy_n(octets.begin(), digest.size(), digest.begin());
  return digest;
}

void rewind(std::istream& stream) {
  stream.clear();
  stream.seekg(0);
}

/// The number of records and the digest: what the batch is called in the journal for good.
Checked<void> announce(RecordSource& source) {
  auto digest = digest_of(*source.stream);
  if (!digest) return std::unexpected(problem_of(source.file, digest.error()));
  source.batch.manifest = *digest;
  rewind(*source.stream);
  issuance::RecordReader reader{*source.stream, source.format};
  issuance::RawRecord record;
  while (reader.next(record)) ++source.batch.announced;
  if (source.format.is_csv() && source.batch.announced > 0) --source.batch.announced;  // the header
  rewind(*source.stream);
  return {};
}

}  // namespace

void add_source_options(CLI::App& command, SourceOptions& options) {
  auto* source = command.add_option_group("source", "Where the records are")->require_option(1);
  auto* records = source->add_option("--records", options.records, "One JSON object a line, or CSV with --csv-mapping")
                      ->type_name("FILE");
  source
      ->add_option("--manifest", options.manifest,
                   "What the sender announces: records, count, digest, unit, priority, policy (docs/record-rules.md)")
      ->excludes(records)
      ->type_name("FILE.toml");
  command
      .add_option("--senders", options.senders,
                  "Certificates (PEM): the manifest must be signed by one of them, in FILE.toml.sig")
      ->type_name("FILE");
  command.add_option("--csv-mapping", options.mapping, "Which column of a CSV file is which key of a record")
      ->type_name("FILE.toml");
  command
      .add_option("--policy", options.policy,
                  "The law as data (personalization-scripts/policies); without it the "
                  "law in force on the day of issue")
      ->type_name("FILE.toml");
  command.add_option("--batch", options.batch, "Id of the batch; without it the name of the records' file");
}

namespace {

/// The records as their sender announced them. Nothing is taken in from a file of another digest or count.
Checked<RecordSource> open_announced(const SourceOptions& options) {
  if (!options.mapping.empty() || !options.policy.empty() || !options.batch.empty()) {
    return std::unexpected(Problem{.fault = base::Fault::bad_input,
                                   .text = "--manifest: it names mapping, policy and batch; leave those options out"});
  }
  std::optional<issuance::Senders> senders;
  if (!options.senders.empty()) {
    CICADA_TRY(auto certificates, issuance::load_senders(options.senders));
    senders.emplace(issuance::Senders{.certificates = std::move(certificates), .now = base::SystemClock{}.now()});
  }
  CICADA_TRY(const auto manifest, issuance::load_manifest(options.manifest, senders ? &*senders : nullptr));
  const auto folder = options.manifest.parent_path();
  CICADA_CHECK(issuance::check_records(manifest, folder));
  RecordSource source;
  source.file = (folder / manifest.records).string();
  if (const auto name = issuance::pack_name(manifest.batch); !name) {
    return std::unexpected(problem_of(options.manifest.string(), name.error()));
  }
  CICADA_TRY(source.format, issuance::format_of(manifest, folder));
  CICADA_TRY(source.policy, issuance::policy_of(manifest, folder));
  source.batch = {.id = manifest.batch,
                  .unit = {.province = manifest.unit.province,
                           .district = manifest.unit.district,
                           .commune = manifest.unit.commune},
                  .policy = source.policy->name,
                  .announced = manifest.count,
                  .manifest = manifest.sha256,
                  .priority = manifest.priority};
  source.stream = std::make_unique<std::ifstream>(source.file, std::ios::binary);
  if (!*source.stream) {
    return std::unexpected(Problem{.fault = base::Fault::io, .text = source.file + ": the file cannot be read"});
  }
  return source;
}

}  // namespace

Checked<RecordSource> open_source(const SourceOptions& options) {
  if (!options.manifest.empty()) return open_announced(options);
  if (!options.senders.empty()) {
    return std::unexpected(
        Problem{.fault = base::Fault::bad_input, .text = "--senders: only a manifest is signed; give --manifest"});
  }
  RecordSource source;
  source.file = options.records.string();
  source.batch.id = options.batch.empty() ? options.records.stem().string() : options.batch;
  if (const auto name = issuance::pack_name(source.batch.id); !name) {
    return std::unexpected(problem_of("--batch", name.error()));
  }
  if (!options.mapping.empty()) {
    CICADA_TRY(auto mapping, issuance::load_csv_mapping(options.mapping));
    source.format = issuance::RecordFormat{std::move(mapping)};
  }
  if (!options.policy.empty()) {
    CICADA_TRY(source.policy, issuance::load_policy(options.policy));
    source.batch.policy = source.policy->name;
  }
  std::error_code error;
  if (!fs::is_regular_file(options.records, error)) {
    return std::unexpected(Problem{.fault = base::Fault::not_found, .text = source.file + ": no such file"});
  }
  source.stream = std::make_unique<std::ifstream>(options.records, std::ios::binary);
  if (!*source.stream) {
    return std::unexpected(Problem{.fault = base::Fault::io, .text = source.file + ": the file cannot be read"});
  }
  CICADA_CHECK(announce(source));
  return source;
}

Checked<void> begin(RecordSource& source, issuance::RecordReader& reader) {
  if (!source.format.is_csv()) return {};
  issuance::RawRecord header;
  if (!reader.next(header)) {
    return std::unexpected(
        Problem{.fault = base::Fault::bad_input, .text = source.file + ": the CSV file has no header"});
  }
  return source.format.read_header(header, source.file);
}

}  // namespace cicada::tools

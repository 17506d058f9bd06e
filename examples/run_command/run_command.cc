// SPDX-License-Identifier: MIT
// Runs a command on a device: run_command HUB CHANNEL PASSWORD DEVICE COMMAND
// The answer's value is JSON text: {"exitCode":0,"stdout":{"text":"…"},…}.

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "malinka/client.h"

namespace {

std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char character : text) {
    if (character == '"' || character == '\\') json += '\\';
    json += character;
  }
  return json + '"';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: run_command HUB CHANNEL PASSWORD DEVICE COMMAND\n");
    return EXIT_FAILURE;
  }
  auto client = malinka::Client::start({.hub = argv[1], .channel = argv[2], .password = argv[3]});
  if (!client) {
    std::fprintf(stderr, "%s\n", client.error().message().c_str());
    return EXIT_FAILURE;
  }
  (*client)->wait_joined(std::chrono::seconds(10));
  const std::string value = "{\"command\":" + quoted(argv[5]) + "}";
  const malinka::Answer answer = (*client)->request_one(argv[4], "shell.run", value);
  std::printf("%s\n", answer.is_success ? answer.value.c_str() : answer.error.c_str());
  return answer.is_success ? EXIT_SUCCESS : EXIT_FAILURE;
}

"""What `npm run sdk-api -- --bless` writes."""
